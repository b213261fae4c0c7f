/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import ij.plugin.PlugIn;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs an example, a macro of the jar, from ImageJ's menu. While Shift or Alt is held, its text
 * opens in the editor instead. The macros are those of the source tree's folder {@code macros}; the
 * build puts them where Fiji's script editor finds templates.
 */
public final class ExamplePlugIn implements PlugIn {

  /** The submenu in which the examples stand. */
  public static final String MENU = "Plugins>Latent Diffusion>Examples";

  /** The resources' folder. */
  public static final String FOLDER = "/script_templates/Latent_Diffusion/";

  /** The folder of examples that explain one idea each. */
  public static final String LESSONS = "lessons/";

  private static final Set<String> SMALL = Set.of("a", "and", "to");

  /**
   * Returns the menu entry of an example: {@code text_to_image.ijm} is "Text to Image Example",
   * {@code lessons/6_inversion.ijm} is "Lesson 6 Inversion". No command has such a label, so that a
   * macro that forgets the dots of a command's label runs no example.
   *
   * @param file name of the macro, with its folder
   */
  public static MenuEntries.Entry entry(String file) {
    boolean isLesson = file.startsWith(LESSONS);
    String name = file.substring(isLesson ? LESSONS.length() : 0, file.lastIndexOf('.'));
    String words =
        Arrays.stream(name.split("_"))
            .map(word -> SMALL.contains(word) ? word : capital(word))
            .collect(Collectors.joining(" "));
    String plugin = ExamplePlugIn.class.getName() + "(\"" + file + "\")";
    String label = isLesson ? "Lesson " + words : words + " Example";
    return new MenuEntries.Entry(MENU, label, plugin);
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  /** Runs the example of this file name, or opens its text. */
  @Override
  public void run(String file) {
    if (IJ.shiftKeyDown() || IJ.altKeyDown()) {
      IJ.setKeyUp(KeyEvent.VK_SHIFT);
      IJ.setKeyUp(KeyEvent.VK_ALT);
      open(file);
    } else {
      IJ.runMacro(text(file), "");
      IJ.showStatus("To read and change this example, hold Shift while choosing it.");
    }
  }

  /** Opens a copy of the text, as both hosts have an editor of their own for files. */
  private static void open(String file) {
    try {
      String name = file.substring(file.lastIndexOf('/') + 1);
      Path copy = Files.createTempDirectory("example").resolve(name);
      Files.writeString(copy, text(file));
      IJ.open(copy.toString());
    } catch (IOException e) {
      IJ.error("Latent Diffusion", "The example " + file + " can't be copied to open it: " + e);
    }
  }

  /** Returns the text of an example. */
  private static String text(String file) {
    try (InputStream stream = ExamplePlugIn.class.getResourceAsStream(FOLDER + file)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
