/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.CompositeImage;
import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.StackWindow;
import ij.plugin.frame.Recorder;
import ij.text.TextWindow;
import java.awt.AWTException;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.Rectangle;
import java.awt.Scrollbar;
import java.awt.Window;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/**
 * Opens results in ImageJ's real windows and records how they are shown: a program that {@link
 * ShownResultsTest} starts on a screen of its own.
 */
public final class ShownResults extends Driver {

  private static final String PROMPT = "prompt=[many green nuclei on a dark background]";

  private ShownResults(Path folder) throws AWTException {
    super(folder);
  }

  /** Writes a record and a picture of the screen for each kind of result into the folder named. */
  public static void main(String[] args) throws Exception {
    ShownResults program = new ShownResults(Path.of(args[0]));
    ImageJ imagej = Main.open();
    program.await("ImageJ's window", imagej::isShowing);
    program.steps();
    program.montage();
    program.figure();
    program.latents();
    program.namedAfterTheirSource();
    program.whileRecording();
    program.largeImage();
    program.schedule();
    program.tables();
    System.exit(0);
  }

  /** All stacks of a run, beside its picture, which stands where the preview was. */
  private void steps() throws IOException {
    Thread run =
        new Thread(
            () ->
                IJ.run(
                    "Text to Image...",
                    "steps=20 seed=42 latents noise predicted decoded " + PROMPT));
    run.start();
    Window preview = get("the preview", ShownResults::preview);
    Rectangle place = preview.getBounds();
    await("the end of the run", () -> !run.isAlive());
    await("the preview to close", () -> !preview.isShowing());
    record("steps", "Preview\t" + text(place) + "\n");
  }

  private static Window preview() {
    return Arrays.stream(Window.getWindows())
        .filter(window -> window.isShowing() && title(window).equals("Text to Image: preview"))
        .findFirst()
        .orElse(null);
  }

  /** The figure that ImageJ makes of a stack. */
  private void montage() throws IOException {
    for (String title : List.of("Latents by step", "Noise by step")) {
      IJ.selectWindow(title);
      IJ.run("Make Montage...", "columns=5 rows=4 scale=4");
      ImagePlus montage = image("Montage");
      int[] pixels = (int[]) montage.flatten().getProcessor().getPixels();
      long colours = Arrays.stream(pixels).distinct().count();
      write("montage of " + title + ".txt", colours + " " + white(pixels));
      screenshot("montage of " + title, null);
      montage.changes = false;
      montage.close();
    }
    montageByHand("montage by hand");
    closeAll();
  }

  /** The figure that a user makes from the menu. */
  private void montageByHand(String name) throws IOException {
    IJ.selectWindow("Noise by step");
    IJ.doCommand("Make Montage..."); // as the menu does
    Dialog dialog = dialog("Make Montage");
    keys(KeyEvent.VK_ENTER);
    await("the dialog to close", () -> !dialog.isShowing());
    ImagePlus montage = get("the magnified montage", ShownResults::magnifiedLatents);
    settle();
    Rectangle canvas = new Rectangle(montage.getCanvas().getSize());
    canvas.setLocation(montage.getCanvas().getLocationOnScreen());
    BufferedImage seen = painted(() -> canvas);
    write(name + ".txt", line(montage) + "white=" + white(pixels(seen)));
    save(name, seen);
  }

  /** Returns the part of white pixels, which no latents have that are shown by channel. */
  private static String white(int[] pixels) {
    long white = Arrays.stream(pixels).filter(pixel -> (pixel & 0xffffff) == 0xffffff).count();
    return String.format(Locale.ROOT, "%.2f", (double) white / pixels.length);
  }

  /** A run's own figure, beside which a stack of steps has less room. */
  private void figure() throws IOException {
    IJ.run("Text to Image...", "steps=6 seed=42 preview=off noise montage " + PROMPT);
    record("figure", "");
    montageByHand("montage of channel 1");
    closeAll();
  }

  /** Returns the active image if it is magnified and of channels; else null. */
  private static ImagePlus magnifiedLatents() {
    ImagePlus image = WindowManager.getCurrentImage();
    boolean isMontage = image instanceof CompositeImage && image.getTitle().startsWith("Montage");
    return isMontage && image.getCanvas().getMagnification() > 1 ? image : null;
  }

  /** The latents of a small image, and what they decode to. */
  private void latents() throws IOException {
    IJ.createImage("img2d.tif", "8-bit ramp", 64, 48, 1).show();
    IJ.run("Show Latent...", "precision=auto");
    IJ.run("Decode Latent...", "precision=auto");
    record("latents", "");
    closeAll();
  }

  /** Two runs of a dialog on a selection, without a recorder. */
  private void namedAfterTheirSource() throws IOException {
    ImagePlus source = IJ.createImage("img2d.tif", "8-bit ramp", 128, 128, 1);
    source.show();
    settle();
    source.getWindow().setLocation(600, 160);
    settle();
    source.setRoi(16, 16, 64, 64);
    for (int i = 0; i < 2; i++) {
      IJ.selectWindow(source.getID());
      runDialog("Image to Image");
      shown("img2d – Image to Image" + (i == 0 ? "" : "-1"));
    }
    ImagePlus result = WindowManager.getImage("img2d – Image to Image");
    IJ.selectWindow(result.getID());
    runDialog("Image to Image");
    shown("img2d – Image to Image-2");
    record("named", "");
    write("selection.txt", result.getRoi() + "\n" + source.getRoi());
    closeAll();
  }

  /** A dialog's run while the recorder is open: its macro must find the window on any image. */
  private void whileRecording() throws IOException {
    Recorder recorder = new Recorder();
    await("the recorder", recorder::isShowing);
    IJ.createImage("img2d.tif", "8-bit ramp", 128, 128, 1).show();
    runDialog("Image to Image");
    shown("Image to Image");
    write("recorded-titles.txt", titles());
    recorder.close();
    closeAll();
  }

  /** Waits for the window of a small result, magnified. */
  private void shown(String title) {
    await(
        title,
        () -> {
          ImagePlus image = WindowManager.getImage(title);
          return image != null
              && image.getCanvas() != null
              && image.getCanvas().getMagnification() > 1;
        });
    settle();
  }

  private void runDialog(String label) {
    MenuChoice.choose(label + "...");
    Dialog dialog = dialog(label);
    keyWith(KeyEvent.VK_CONTROL, KeyEvent.VK_ENTER);
    await("the dialog to close", () -> !dialog.isShowing());
  }

  /** A picture that fills most of the screen, with stacks. */
  private void largeImage() throws IOException {
    IJ.run(
        "Text to Image...",
        "width=768 height=512 steps=1 preview=off latents noise predicted decoded " + PROMPT);
    record("large", "");
    closeAll();
  }

  private void schedule() throws IOException {
    for (String scheduler : List.of("dpmpp_2m_k", "all")) {
      IJ.run("Show Schedule...", "steps=20 scheduler=" + scheduler);
      record("schedule-" + scheduler, "");
      closeAll();
    }
  }

  private void tables() throws IOException {
    IJ.run("Model Info...", "model=[]");
    record("model-info", "");
    closeAll();
    IJ.run("Show Tokens...", PROMPT);
    record("tokens", "");
    closeAll();
    IJ.run("Models...", "checksums=false");
    record("models", "");
    closeAll();
  }

  private void closeAll() {
    IJ.run("Close All");
    for (Window window : tablesShown()) {
      ((TextWindow) window).close(false);
    }
    await("the windows to close", () -> WindowManager.getImageCount() == 0);
  }

  /**
   * Waits until AWT has handled all events and no window changes its place: the screen tells the
   * size in which a window opened after the program has given it another.
   */
  private void settle() {
    robot.waitForIdle();
    String[] last = {places()};
    int[] polls = {0};
    await(
        "the windows to stay where they are",
        () -> {
          robot.delay(50);
          String now = places();
          polls[0] = now.equals(last[0]) ? polls[0] + 1 : 0;
          last[0] = now;
          return polls[0] == 10;
        });
  }

  private static String places() {
    return Arrays.stream(Window.getWindows())
        .filter(Window::isShowing)
        .map(window -> text(window.getBounds()))
        .collect(Collectors.joining(" "));
  }

  private static String titles() {
    return shown().map(ImagePlus::getTitle).collect(Collectors.joining("\n"));
  }

  private static Stream<ImagePlus> shown() {
    int[] ids = WindowManager.getIDList();
    return IntStream.of(ids == null ? new int[0] : ids).mapToObj(WindowManager::getImage);
  }

  private static List<Window> tablesShown() {
    return Arrays.stream(WindowManager.getAllNonImageWindows())
        .filter(window -> window instanceof TextWindow && window.isShowing())
        .toList();
  }

  /** Writes a line for each window: its title, place, and what is seen in it. */
  private void record(String name, String first) throws IOException {
    settle();
    screenshot(name, null);
    String images = shown().map(ShownResults::line).collect(Collectors.joining());
    String tables =
        tablesShown().stream()
            .map(window -> title(window) + "\t" + text(window.getBounds()) + "\n")
            .collect(Collectors.joining());
    String imagej = "ImageJ\t" + text(IJ.getInstance().getBounds()) + "\n";
    ImagePlus active = WindowManager.getCurrentImage();
    String last = active == null ? "" : "active\t" + active.getTitle() + "\n";
    write(name + ".txt", first + imagej + images + tables + last);
  }

  private static String line(ImagePlus image) {
    Rectangle canvas = image.getCanvas().getBounds();
    return String.join(
        "\t",
        image.getTitle(),
        text(image.getWindow().getBounds()),
        "zoom=" + image.getCanvas().getMagnification(),
        "whole=" + isWhole(image),
        "canvas=" + canvas.width + "×" + canvas.height,
        "channel=" + image.getChannel(),
        "frame=" + image.getFrame(),
        "slider=" + slider(image),
        "range=" + image.getDisplayRangeMin() + "…" + image.getDisplayRangeMax(),
        "mode=" + (image instanceof CompositeImage composite ? composite.getMode() : 0),
        "type=" + image.getType() + "\n");
  }

  /** Returns whether no part of an image is outside of its window. */
  private static boolean isWhole(ImagePlus image) {
    return image
        .getCanvas()
        .getSrcRect()
        .contains(new Rectangle(image.getWidth(), image.getHeight()));
  }

  /** Returns the value of the window's last slider; 0 if it has none. */
  private static int slider(ImagePlus image) {
    return image.getWindow() instanceof StackWindow window
        ? sliders(window).reduce((one, other) -> other).map(Scrollbar::getValue).orElse(0)
        : 0;
  }

  private static Stream<Scrollbar> sliders(Component component) {
    if (component instanceof Scrollbar slider) return Stream.of(slider);
    return component instanceof Container container
        ? Arrays.stream(container.getComponents())
            .filter(Objects::nonNull)
            .flatMap(ShownResults::sliders)
        : Stream.empty();
  }

  private static String text(Rectangle place) {
    return place.x + "," + place.y + "," + place.width + "," + place.height;
  }
}
