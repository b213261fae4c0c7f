/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.WindowManager;
import ij.io.Opener;
import ij.macro.Interpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A macro that is run on one file. Its errors end it, and nothing else: ImageJ tells errors to the
 * macro that runs, and would end that of the user who has called <i>Batch</i>.
 */
public final class InnerMacro {

  private static final ThreadLocal<InnerMacro> RUNNING = new ThreadLocal<>();

  private final List<String> errors = new ArrayList<>();

  private InnerMacro() {}

  /**
   * Runs a macro. Images that it opens are closed at its end.
   *
   * @param macro its text
   * @param input the file that it works on, the first part of its argument
   * @param output the file of the result, the second part
   * @param seed the third part
   * @return its active image; or the image that it has written as the output
   * @throws IllegalArgumentException if it fails or leaves no image, with its error
   * @throws IOException if the output's folder can't be written
   */
  static ImagePlus result(String macro, Path input, Path output, long seed) throws IOException {
    Files.createDirectories(output.getParent());
    Files.deleteIfExists(output);
    Set<Integer> before = openImages();
    InnerMacro running = new InnerMacro();
    try {
      running.run(macro, input + "\t" + output + "\t" + seed);
      if (!running.errors.isEmpty()) {
        throw new IllegalArgumentException("The macro has failed" + running.reason() + ".");
      }
      ImagePlus active = WindowManager.getCurrentImage();
      if (active != null && !before.contains(active.getID())) return active;
    } finally {
      closeOthers(before);
    }
    if (Files.exists(output)) return opened(output);
    throw new IllegalArgumentException(
        "The macro must leave an image open or write " + output + ", but has done neither.");
  }

  /**
   * Opens an image.
   *
   * @throws IllegalArgumentException if ImageJ can't open it, with ImageJ's message
   */
  static ImagePlus opened(Path file) {
    Opener opener = new Opener();
    opener.setSilentMode(true);
    InnerMacro running = new InnerMacro();
    ImagePlus[] image = new ImagePlus[1];
    boolean isKnown = opener.getFileType(file.toString()) != Opener.UNKNOWN || hasReaders();
    if (isKnown) running.guard(() -> image[0] = opener.openImage(file.toString()));
    if (image[0] != null) return image[0];
    throw new IllegalArgumentException("ImageJ can't open it as an image" + running.reason() + ".");
  }

  /** Whether Fiji's readers of further formats are there. */
  private static boolean hasReaders() {
    try {
      return IJ.getClassLoader().loadClass("HandleExtraFileTypes") != null;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private String reason() {
    return errors.isEmpty() ? "" : ": " + errors.get(0);
  }

  private void run(String macro, String argument) {
    Interpreter interpreter = new Interpreter();
    interpreter.setIgnoreErrors(true);
    guard(() -> interpreter.run(macro, argument));
    String own = interpreter.getErrorMessage();
    if (own != null) keep(own);
    if (interpreter.wasError()) keep("it was ended");
  }

  /** Keeps the errors of some work of ImageJ. */
  private void guard(Runnable work) {
    RUNNING.set(this);
    IJ.redirectErrorMessages(true);
    try {
      work.run();
    } catch (RuntimeException e) {
      if (!Macro.MACRO_CANCELED.equals(e.getMessage())) keep(e.toString());
    } finally {
      IJ.redirectErrorMessages(false);
      IJ.getErrorMessage(); // once it is read, macros do not see it
      RUNNING.remove();
    }
  }

  private void keep(String error) {
    errors.add(error.strip().replaceAll("\\s+", " "));
  }

  /**
   * Takes an error, or a question, that ImageJ has no screen for.
   *
   * @return whether it happened in work on a file, which then fails
   */
  public static boolean takes(String error) {
    InnerMacro running = RUNNING.get();
    if (running != null) running.keep(error);
    return running != null;
  }

  private static Set<Integer> openImages() {
    int[] ids = WindowManager.getIDList();
    return ids == null ? Set.of() : IntStream.of(ids).boxed().collect(Collectors.toSet());
  }

  private static void closeOthers(Set<Integer> kept) {
    for (int id : openImages()) {
      ImagePlus image = WindowManager.getImage(id);
      if (kept.contains(id) || image == null) continue;
      image.changes = false;
      image.close();
    }
  }
}
