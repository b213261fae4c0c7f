/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.Menus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.HTMLDialog;
import ij.measure.ResultsTable;
import ij.plugin.frame.Recorder;
import java.awt.AWTException;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Label;
import java.awt.Menu;
import java.awt.MenuBar;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.KeyEvent;
import java.awt.event.WindowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.swing.JEditorPane;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hub.FakeHub;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/**
 * Drives ImageJ's real windows by the keyboard and records them: the program that {@link
 * WindowTest} starts on a screen of its own. Ends with status 0 if it got to its end.
 */
public final class Windows extends Driver {

  private static final String MODEL = TestResources.spelled(TestResources.SD1);

  private static final String CHOOSER = "A model: a folder in diffusers' layout, or a single file";

  private static final String PREVIEW = "Text to Image: preview";

  private Windows(Path folder) throws AWTException {
    super(folder);
  }

  /** Writes recorded.ijm, result.tif, status.txt and the screenshots into the folder named. */
  public static void main(String[] args) throws Exception {
    Windows windows = new Windows(Path.of(args[0]));
    ImageJ imagej = Main.open();
    windows.await("ImageJ's window", imagej::isFocused);
    Window recorder = new Recorder();
    windows.await("the recorder", recorder::isFocused);
    imagej.setLocation(20, 20);
    recorder.setLocation(20, 700);
    windows.lookIntoTheMenu(imagej);
    windows.noImage();
    windows.textToImage();
    windows.imageToImage();
    windows.rangeOfValues();
    windows.commandFromOutside();
    windows.escape(imagej);
    windows.closePreview();
    windows.secondRun(imagej);
    windows.showSchedule();
    windows.getModel();
    System.exit(0);
  }

  /** A command that needs an image, without one: a message, and no dialog. */
  private void noImage() throws IOException {
    MenuChoice.choose("Image to Image...");
    Dialog message = dialog("Image to Image");
    screenshot("no-image", message);
    write("no-image.txt", IJ.getErrorMessage());
    keys(KeyEvent.VK_ENTER);
    awaitCommands();
  }

  /** Fills the dialog, wrongly at first, and runs. */
  private void textToImage() throws IOException {
    MenuChoice.choose("Text to Image...");
    GenericDialog dialog = (GenericDialog) dialog("Text to Image");
    write("schedulers.txt", choices(dialog));
    write("more.txt", more(dialog));
    type(area(dialog, 0), "green nuclei\n3 few");
    tabTo(area(dialog, 1));
    tabTo(field(dialog, 0));
    type(field(dialog, 0), "64");
    tabTo(field(dialog, 1));
    type(field(dialog, 1), "64");
    TextField steps = field(dialog, 2);
    tabTo(steps);
    type(steps, "0");
    await("the message", () -> !dialog.getButtons()[0].isEnabled());
    screenshot("dialog-refused", dialog);
    write("refused.txt", "steps=" + steps.getText() + " ok=" + dialog.getButtons()[0].isEnabled());
    keys(KeyEvent.VK_BACK_SPACE);
    type(steps, "5");
    setModel(dialog);
    screenshot("dialog", dialog);
    keys(KeyEvent.VK_ENTER);
    ImagePlus result = image("Text to Image");
    await("its window", () -> result.getWindow() != null && result.getCanvas().isShowing());
    screenshot("result", null);
    write("active.txt", WindowManager.getCurrentImage().getTitle());
    write("recorded.ijm", recorded());
    IJ.saveAsTiff(result, folder.resolve("result.tif").toString());
  }

  /** Whether the scheduler is seen at first, after a click on More, and after one on Less. */
  private String more(GenericDialog dialog) {
    Choice scheduler = schedulers(dialog);
    String seen = "" + scheduler.isShowing();
    for (boolean shown : new boolean[] {true, false}) {
      press(dialog, shown ? "More…" : "Less");
      await("more or less", () -> scheduler.isShowing() == shown);
      seen += " " + scheduler.isShowing();
      if (shown) {
        screenshot("dialog-more", dialog);
      }
    }
    return seen;
  }

  /** Repaints an oval of the picture. */
  private void imageToImage() throws IOException {
    ImagePlus before = WindowManager.getCurrentImage();
    IJ.makeOval(16, 8, 30, 40);
    MenuChoice.choose("Image to Image...");
    GenericDialog dialog = (GenericDialog) dialog("Image to Image");
    type(area(dialog, 0), "red vesicles");
    setModel(dialog);
    screenshot("dialog-image-to-image", null);
    keyWith(KeyEvent.VK_CONTROL, KeyEvent.VK_ENTER);
    ImagePlus result = image("Image to Image");
    await("its window", () -> result.getWindow() != null && result.getCanvas().isShowing());
    screenshot("image-to-image", null);
    write("recorded-image-to-image.ijm", recorded());
    IJ.saveAsTiff(result, folder.resolve("image-to-image.tif").toString());
    result.close();
    before.deleteRoi();
  }

  /** Whether the range can be typed at first, with intensity=given, and after leaving it again. */
  private void rangeOfValues() throws IOException {
    ImagePlus grey = IJ.createImage("Grey", "16-bit ramp", 16, 16, 1);
    grey.show();
    MenuChoice.choose("Show Latent...");
    GenericDialog dialog = (GenericDialog) dialog("Show Latent");
    Choice intensity = list(dialog, list -> list.getItem(0).equals("display"));
    TextField maximum = field(dialog, 1);
    String seen = maximum.isEnabled() + " " + maximum.getText();
    for (String choice : new String[] {"given", "full"}) {
      choose(intensity, choice);
      await("the range", () -> maximum.isEnabled() == choice.equals("given"));
      await("its value", () -> maximum.getText().equals("65535"));
      seen += ", " + maximum.isEnabled() + " " + maximum.getText();
      if (maximum.isEnabled()) {
        EventQueue.invokeLater(() -> maximum.setText("4095"));
        await("the text", () -> maximum.getText().equals("4095"));
        screenshot("dialog-range", dialog);
      }
    }
    write("range.txt", seen);
    keys(KeyEvent.VK_ESCAPE);
    grey.close();
  }

  /** A command of one file, which the plugin does not know: menu, dialog, help and recorder. */
  private void commandFromOutside() throws IOException {
    ImagePlus grey = IJ.createImage("Grey", "8-bit ramp", 32, 24, 1);
    grey.show();
    MenuChoice.choose("Round Trip...");
    GenericDialog dialog = (GenericDialog) dialog("Round Trip");
    write("outside-labels.txt", labels(dialog));
    press(dialog, "Help");
    Dialog help = get("the help", Windows::help);
    write("outside-help.txt", texts(help));
    help.dispose();
    focus(dialog);
    TextField trips = field(dialog, 1);
    trips.setText("21");
    await("the message", () -> !dialog.getButtons()[0].isEnabled());
    trips.setText("2");
    await("OK", () -> dialog.getButtons()[0].isEnabled());
    setModel(dialog);
    screenshot("dialog-outside", dialog);
    field(dialog, 0).requestFocus();
    await("the focus", field(dialog, 0)::isFocusOwner);
    keys(KeyEvent.VK_ENTER);
    ImagePlus result = image("Round Trip");
    await("its window", () -> result.getWindow() != null && result.getCanvas().isShowing());
    write("recorded-outside.ijm", recorded());
    result.close();
    grey.close();
  }

  private static String labels(GenericDialog dialog) {
    return parts(dialog, Label.class).map(Label::getText).collect(Collectors.joining("\n"));
  }

  private static Dialog help() {
    return Arrays.stream(Window.getWindows())
        .filter(w -> w instanceof HTMLDialog && w.isShowing())
        .map(Dialog.class::cast)
        .findFirst()
        .orElse(null);
  }

  static String texts(Component component) {
    if (component instanceof JEditorPane pane) {
      return pane.getText();
    }
    return component instanceof Container container
        ? Arrays.stream(container.getComponents()).map(Windows::texts).collect(Collectors.joining())
        : "";
  }

  /** A run of 999 steps ends by Escape, after which ImageJ runs another command. */
  private void escape(ImageJ imagej) throws IOException {
    int before = WindowManager.getImageCount();
    beginLongRun(false);
    await("progress", () -> ImageJ.getStatusBarText().contains("999"));
    screenshot("running", null);
    focus(imagej);
    keys(KeyEvent.VK_ESCAPE);
    await("the end of the run", () -> ImageJ.getStatusBarText().contains("canceled"));
    screenshot("canceled", null);
    String seen = ImageJ.getStatusBarText();
    int more = WindowManager.getImageCount() - before;
    ImagePlus image = WindowManager.getCurrentImage();
    int pixel = image.getPixel(0, 0)[0];
    IJ.run(image, "Invert", "");
    String worked = image.getPixel(0, 0)[0] == 255 - pixel ? " worked" : " failed";
    write("escape.txt", seen + ", " + more + " more images, then Invert" + worked);
  }

  private static Checkbox checkbox(GenericDialog dialog, String label) {
    for (Object box : dialog.getCheckboxes()) {
      if (((Checkbox) box).getLabel().equals(label)) {
        return (Checkbox) box;
      }
    }
    throw new AssertionError("no checkbox " + label);
  }

  private static Window preview() {
    return Arrays.stream(Window.getWindows())
        .filter(w -> w.isShowing() && title(w).equals(PREVIEW))
        .findFirst()
        .orElse(null);
  }

  private void beginLongRun(boolean latents) {
    MenuChoice.choose("Text to Image...");
    GenericDialog dialog = (GenericDialog) dialog("Text to Image");
    tabTo(area(dialog, 1));
    for (int i = 0; i <= 2; i++) {
      tabTo(field(dialog, i));
    }
    type(field(dialog, 2), "999");
    field(dialog, 0).setText("256");
    field(dialog, 1).setText("256");
    setModel(dialog);
    checkbox(dialog, "Latents").setState(latents);
    keys(KeyEvent.VK_ENTER);
  }

  /** A run of 999 steps ends when its preview is closed; the stack of its steps stays. */
  private void closePreview() throws IOException {
    int before = WindowManager.getImageCount();
    beginLongRun(true);
    Window preview = get("the preview", () -> preview());
    await("time left", () -> ImageJ.getStatusBarText().contains("left"));
    screenshot("preview", null);
    EventQueue.invokeLater(
        () -> preview.dispatchEvent(new WindowEvent(preview, WindowEvent.WINDOW_CLOSING)));
    await("the end of the run", () -> ImageJ.getStatusBarText().contains("canceled"));
    String seen = ImageJ.getStatusBarText();
    ImagePlus kept = image("Latents by step (partial)");
    await("its window", () -> kept.getWindow() != null && kept.getCanvas().isShowing());
    int more = WindowManager.getImageCount() - before;
    write("preview.txt", seen + ", " + kept.getTitle() + ", " + more + " more images");
    kept.changes = false;
    robot.waitForIdle(); // ImageJ closes no window that is being painted
    kept.close();
  }

  /** While a run goes on, another one can be asked for; it waits, and Escape ends both. */
  private void secondRun(ImageJ imagej) throws IOException {
    beginLongRun(false);
    await("progress", () -> ImageJ.getStatusBarText().contains("999"));
    beginLongRun(false);
    await("the second to wait", () -> ImageJ.getStatusBarText().contains("another run waits"));
    write("waiting.txt", ImageJ.getStatusBarText());
    focus(imagej);
    keys(KeyEvent.VK_ESCAPE);
    await("the end of both", () -> preview() == null);
    await("their message", () -> ImageJ.getStatusBarText().contains("canceled"));
  }

  /** Chooses an extension's scheduler in the dialog; plots and a table open. */
  private void showSchedule() throws IOException {
    MenuChoice.choose("Show Schedule...");
    GenericDialog dialog = (GenericDialog) dialog("Show Schedule");
    write("schedulers-and-all.txt", choices(dialog));
    type(field(dialog, 0), "8");
    schedulers(dialog).select("DDIM Quadratic");
    Choice models = models(dialog);
    await("the models", () -> models.getItemCount() > 3);
    write("models.txt", items(models));
    browse(dialog, models);
    screenshot("dialog-schedule", dialog);
    focus(dialog);
    field(dialog, 0).requestFocus();
    await("the focus", field(dialog, 0)::isFocusOwner);
    keys(KeyEvent.VK_ENTER);
    await("the table", () -> ResultsTable.getResultsTable("Schedule") != null);
    image("Sigma by step");
    screenshot("schedule", null);
    IJ.runMacro("Table.save('" + folder.toAbsolutePath().resolve("schedule.csv") + "');");
    write("recorded-schedule.ijm", recorded());
  }

  /** Browses in the models folder, first for a folder that is no model, then for a model. */
  private void browse(GenericDialog dialog, Choice models) throws IOException {
    press(dialog, "Browse…");
    Dialog chooser = dialog(CHOOSER);
    keys(KeyEvent.VK_ESCAPE);
    await("the chooser to close", () -> !chooser.isShowing());
    write("browsed.txt", models.getSelectedItem());
    press(dialog, "Browse…");
    dialog(CHOOSER);
    screenshot("browse", null);
    for (char c : "tiny".toCharArray()) {
      keys(KeyEvent.getExtendedKeyCodeForChar(c));
    }
    keys(KeyEvent.VK_ENTER);
    await("the choice", () -> models.getSelectedItem().startsWith("tiny"));
  }

  /** Gets a model from a hub on the loopback interface, and agrees to the download. */
  private void getModel() throws IOException {
    Path target = folder.resolve("models").resolve(FakeHub.ID).resolve("x.ckpt");
    Files.deleteIfExists(target);
    try (FakeHub hub = new FakeHub()) {
      hub.put("x.ckpt", Files.readAllBytes(TestResources.MICRO_CKPT));
      MenuChoice.choose("Get Model...");
      GenericDialog dialog = (GenericDialog) dialog("Get Model");
      field(dialog, 0).setText(FakeHub.ID + "/x.ckpt");
      field(dialog, 3).setText(hub.address());
      screenshot("dialog-get-model", dialog);
      keys(KeyEvent.VK_ENTER);
      await("the first dialog to close", () -> !dialog.isShowing());
      await("the question", () -> showing(Dialog.class, "Get Model") != null);
      screenshot("question", null);
      write("question.txt", Files.exists(target) ? "too early" : "asked");
      keys(KeyEvent.VK_ENTER);
      await("the table", () -> ResultsTable.getResultsTable("Get Model") != null);
      screenshot("get-model", null);
      write("recorded-get-model.ijm", recorded());
    }
  }

  /** Returns the labels of schedulers that the dialog offers, a line each. */
  private static String choices(GenericDialog dialog) {
    return items(schedulers(dialog));
  }

  /** Returns the list of schedulers, which ends with the extension's. */
  private static Choice schedulers(GenericDialog dialog) {
    return list(dialog, list -> list.getItem(list.getItemCount() - 1).equals("DDIM Quadratic"));
  }

  private static String items(Choice choice) {
    return IntStream.range(0, choice.getItemCount())
        .mapToObj(choice::getItem)
        .collect(Collectors.joining("\n"));
  }

  /** Sets the tiny model's folder, as browsing would. */
  private void setModel(GenericDialog dialog) {
    Choice choice = models(dialog);
    choice.add(MODEL);
    choice.select(MODEL);
  }

  /** Returns the list of models, which begins with the built-in model. */
  private static Choice models(GenericDialog dialog) {
    return list(dialog, list -> list.getItem(0).startsWith("built-in"));
  }

  /** Walks to the commands in the menu, by the keyboard, and out of it again. */
  private void lookIntoTheMenu(ImageJ imagej) {
    focus(imagej);
    keys(KeyEvent.VK_F10);
    MenuBar bar = Menus.getMenuBar();
    for (int i = bar.getMenuCount(); !bar.getMenu(i - 1).getLabel().equals("Plugins"); i--) {
      keys(KeyEvent.VK_LEFT);
    }
    keys(KeyEvent.VK_LEFT);
    Menu plugins = Menus.getImageJMenu("Plugins");
    for (int i = 0; !plugins.getItem(i).getLabel().equals("Latent Diffusion"); i++) {
      if (!plugins.getItem(i).getLabel().equals("-")) {
        keys(KeyEvent.VK_DOWN);
      }
    }
    keys(KeyEvent.VK_RIGHT);
    screenshot("menu", null);
    keys(KeyEvent.VK_ESCAPE, KeyEvent.VK_ESCAPE, KeyEvent.VK_ESCAPE);
  }
}
