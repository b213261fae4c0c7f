/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.text.TextWindow;
import java.awt.AWTException;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Frame;
import java.awt.Window;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.swing.JFileChooser;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/**
 * Chooses every example from ImageJ's menu and records what it leaves: a program that {@link
 * ExamplesTest} starts on a screen of its own.
 */
public final class ShownExamples extends Driver {

  private static final String DONE = "To read and change this example";

  /** Images that a user may have open, with titles that examples use. */
  private static final List<String> TITLES =
      List.of("Latents by step", "Text to Image", "Sample", "Mean", "Tour", "Sigma by step");

  private final List<ImagePlus> open = new ArrayList<>();

  private ShownExamples(Path folder) throws AWTException {
    super(folder);
  }

  /** Writes a record of each example into the folder named. */
  public static void main(String[] args) throws Exception {
    ShownExamples program = new ShownExamples(Path.of(args[0]));
    ImageJ imagej = Main.open();
    program.await("ImageJ's window", imagej::isShowing);
    program.openImages();
    for (MenuEntries.Entry entry : MenuEntries.read(MenuEntries.class, "/plugins.config")) {
      if (entry.menu().equals(ExamplePlugIn.MENU) && isRun(entry.label())) {
        program.run(entry.label());
      }
    }
    program.text();
    System.exit(0);
  }

  /** Two of the lessons stand for all. */
  private static boolean isRun(String label) {
    return !label.startsWith("Lesson ") || label.matches("Lesson [27] .*");
  }

  private void openImages() {
    for (String title : TITLES) {
      ImagePlus image = IJ.createImage(title, "8-bit ramp", 40, 30, 1);
      image.show();
      open.add(image);
    }
  }

  private void run(String label) throws IOException {
    IJ.showStatus("");
    MenuChoice.choose(ExamplePlugIn.MENU, label);
    if (label.startsWith("Batch")) chooseFolder();
    if (label.startsWith("Control")) pressEnter();
    await(label, () -> ImageJ.getStatusBarText().startsWith(DONE));
    robot.waitForIdle();
    screenshot(label, null);
    write(label + ".txt", images() + tables() + log());
    closeOthers();
  }

  /** Answers the question for a folder. */
  private void chooseFolder() {
    Dialog question = get("the chooser", () -> chooser().orElse(null));
    EventQueue.invokeLater(
        () -> {
          JFileChooser chooser = chooser(question).orElseThrow();
          chooser.setSelectedFile(folder.resolve("batch").toFile());
          chooser.approveSelection();
        });
  }

  private static Optional<Dialog> chooser() {
    return Arrays.stream(Window.getWindows())
        .filter(window -> window.isShowing() && window instanceof Dialog)
        .filter(window -> chooser(window).isPresent())
        .map(Dialog.class::cast)
        .findFirst();
  }

  private static Optional<JFileChooser> chooser(Component component) {
    if (component instanceof JFileChooser chooser) return Optional.of(chooser);
    return component instanceof Container container
        ? Arrays.stream(container.getComponents())
            .flatMap(child -> chooser(child).stream())
            .findFirst()
        : Optional.empty();
  }

  private void pressEnter() {
    dialog("ControlNet");
    keys(KeyEvent.VK_ENTER);
  }

  /** Returns a line for each image that the example has left, and for each that it has changed. */
  private String images() {
    String left =
        Arrays.stream(WindowManager.getIDList())
            .mapToObj(WindowManager::getImage)
            .filter(image -> !open.contains(image))
            .map(HeadlessExamples::line)
            .collect(Collectors.joining());
    return left
        + open.stream()
            .filter(image -> image.getWindow() == null || image.changes)
            .map(image -> "touched " + image + "\n")
            .collect(Collectors.joining());
  }

  private static Stream<TextWindow> texts() {
    return Arrays.stream(WindowManager.getAllNonImageWindows())
        .filter(TextWindow.class::isInstance)
        .map(TextWindow.class::cast)
        .filter(Window::isShowing);
  }

  private static String tables() {
    return texts()
        .filter(window -> !window.getTitle().equals("Log"))
        .map(window -> "table " + window.getTitle() + "\n")
        .collect(Collectors.joining());
  }

  private static String log() {
    String log = IJ.getLog();
    return log == null ? "" : "log " + log;
  }

  private void closeOthers() {
    texts().toList().forEach(window -> window.close(false));
    for (int id : WindowManager.getIDList()) {
      ImagePlus image = WindowManager.getImage(id);
      if (!open.contains(image)) {
        image.changes = false;
        image.close();
      }
    }
    await("the windows to close", () -> WindowManager.getImageCount() == open.size());
  }

  /** Chooses an example while Shift is held. */
  private void text() throws IOException {
    IJ.setKeyDown(KeyEvent.VK_SHIFT);
    MenuChoice.choose(ExamplePlugIn.MENU, "Tour Example");
    Frame editor = get("the editor", () -> WindowManager.getFrame("tour.ijm"));
    write("text.txt", ((ij.plugin.frame.Editor) editor).getText());
  }
}
