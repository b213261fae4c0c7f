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
import ij.gui.MultiLineLabel;
import ij.gui.OvalRoi;
import ij.measure.ResultsTable;
import java.awt.AWTException;
import java.awt.Button;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Menu;
import java.awt.Rectangle;
import java.awt.TextComponent;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.datatransfer.Clipboard;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.swing.JButton;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/** Opens dialogs, and records what they say: the program that {@link DialogsTest} starts. */
public final class Dialogs extends Driver {

  private static final int OPENINGS = 24;

  private final ImageJ imagej;

  private Dialogs(Path folder) throws AWTException {
    super(folder);
    imagej = Main.open();
    await("ImageJ's window", imagej::isShowing);
  }

  /** Writes texts and screenshots into the folder named. */
  public static void main(String[] args) throws Exception {
    Dialogs dialogs = new Dialogs(Path.of(args[0]));
    dialogs.menu();
    dialogs.helpOnAll();
    dialogs.openings();
    dialogs.words();
    dialogs.size();
    dialogs.region();
    dialogs.latents();
    dialogs.settings();
    dialogs.status();
    System.exit(0);
  }

  private void menu() throws IOException {
    Menu menu = Menus.getImageJMenu("Plugins>Latent Diffusion");
    write(
        "menu.txt",
        IntStream.range(0, menu.getItemCount())
            .mapToObj(i -> menu.getItem(i).getLabel())
            .collect(Collectors.joining("\n")));
  }

  private void helpOnAll() throws IOException {
    MenuChoice.choose(HelpPlugIn.LABEL);
    Dialog help = get("the help on all commands", Dialogs::help);
    write("help-on-all.txt", Windows.texts(help));
    painted(help::getBounds);
    screenshot("help-on-all", help);
    JButton copy = get("the button of diagnostics", () -> button(help, Diagnostics.LABEL));
    EventQueue.invokeLater(copy::doClick);
    write("diagnostics.txt", get("the diagnostics", Dialogs::copied));
    help.dispose();
  }

  private static JButton button(Container parent, String label) {
    for (Component child : parent.getComponents()) {
      if (child instanceof JButton button && label.equals(button.getText())) return button;
      JButton inner = child instanceof Container within ? button(within, label) : null;
      if (inner != null) return inner;
    }
    return null;
  }

  private static String copied() {
    try {
      Clipboard clipboard = Toolkit.getDefaultToolkit().getSystemClipboard();
      String text = (String) clipboard.getData(DataFlavor.stringFlavor);
      return text.startsWith("Latent Diffusion") ? text : null;
    } catch (UnsupportedFlavorException | IOException e) {
      return null; // nothing is copied yet
    }
  }

  private GenericDialog open(String label) {
    MenuChoice.choose(label);
    return (GenericDialog) dialog(label.replace("...", ""));
  }

  private void ok(GenericDialog dialog) {
    focus(dialog);
    Button ok = dialog.getButtons()[0];
    EventQueue.invokeLater(
        () -> ok.dispatchEvent(new ActionEvent(ok, ActionEvent.ACTION_PERFORMED, "")));
  }

  private void cancel(Dialog dialog) {
    focus(dialog);
    keys(KeyEvent.VK_ESCAPE);
    await("the dialog to close", () -> !dialog.isShowing());
    awaitCommands();
  }

  /** Opens two dialogs many times, and chooses a model that has a long description. */
  private void openings() throws IOException {
    IJ.createImage("Latents", "32-bit ramp", 16, 16, 4).show();
    List<String> clipped = new ArrayList<>();
    for (int i = 0; i < OPENINGS; i++) {
      String label = i % 2 == 0 ? "Decode Latent..." : "Show Latent...";
      GenericDialog dialog = open(label);
      painted(dialog::getBounds);
      clipped.addAll(clipped(dialog, label + " " + i));
      if (i < 2) {
        screenshot("openings-" + i, dialog);
        dialog.setLocation(900, 850);
        var models = list(dialog, list -> list.getItem(0).startsWith("built-in"));
        models.add("/no/such/model/with/a/very/long/name".repeat(4));
        choose(models, models.getItem(models.getItemCount() - 1));
        await("the text", () -> dialog.getY() < 850);
        painted(dialog::getBounds);
        clipped.addAll(clipped(dialog, label + ", long text"));
        screenshot("long-" + i, dialog);
      }
      cancel(dialog);
    }
    write("clipped.txt", String.join("\n", clipped));
    WindowManager.getCurrentImage().close();
  }

  /** The parts of a dialog that are not seen. */
  private static List<String> clipped(GenericDialog dialog, String name) {
    List<String> clipped = new ArrayList<>();
    Rectangle screen = new Rectangle(Toolkit.getDefaultToolkit().getScreenSize());
    if (!screen.contains(dialog.getBounds())) clipped.add(name + ": " + dialog.getBounds());
    for (Component part : parts(dialog, Component.class).filter(Component::isShowing).toList()) {
      boolean narrow =
          part instanceof MultiLineLabel && part.getPreferredSize().width > part.getWidth() + 1;
      if (narrow || part != dialog && !isSeen(part)) {
        clipped.add(name + ": " + part.getClass().getSimpleName() + " " + part.getBounds());
      }
    }
    return clipped;
  }

  private static String messages(GenericDialog dialog) {
    return parts(dialog, MultiLineLabel.class)
        .map(Dialogs::text)
        .collect(Collectors.joining("\n--\n"));
  }

  /** ImageJ's label of several lines does not give its text. */
  private static String text(MultiLineLabel label) {
    try {
      Field text = MultiLineLabel.class.getDeclaredField("lines");
      text.setAccessible(true);
      return String.join("\n", (String[]) text.get(label)).strip();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Types a pasted prompt. */
  private void words() throws IOException {
    GenericDialog dialog = open("Text to Image...");
    screenshot("words-before", dialog);
    write("built-in.txt", messages(dialog));
    set(dialog, area(dialog, 0), "a cat on many green nuclei embedding:x");
    await("the note", () -> messages(dialog).contains("cat"));
    write("words.txt", messages(dialog) + "\n" + dialog.getButtons()[0].isEnabled());
    screenshot("words", dialog);
    press(dialog, "Help");
    Dialog help = get("the help", Dialogs::help);
    write("help.txt", Windows.texts(help));
    screenshot("help", help);
    help.dispose();
    cancel(dialog);
  }

  static Dialog help() {
    return Arrays.stream(Window.getWindows())
        .filter(w -> w instanceof HTMLDialog && w.isShowing() && w.getWidth() > 0)
        .map(Dialog.class::cast)
        .findFirst()
        .orElse(null);
  }

  private static void set(GenericDialog dialog, TextComponent field, String text) {
    EventQueue.invokeLater(() -> field.setText(text));
  }

  /** A width that no latents have, which is refused at once and not remembered. */
  private void size() throws IOException {
    GenericDialog dialog = open("Text to Image...");
    String before = field(dialog, 0).getText();
    set(dialog, field(dialog, 0), "100");
    await("the refusal", () -> !dialog.getButtons()[0].isEnabled());
    String refused = messages(dialog);
    screenshot("size", dialog);
    cancel(dialog);
    GenericDialog again = open("Text to Image...");
    write("size.txt", before + "\n" + field(again, 0).getText() + "\n" + refused);
    cancel(again);
  }

  /** A selection in a grey image of a microscope. */
  private void region() throws IOException {
    ImagePlus cells = IJ.createImage("Cells", "16-bit ramp", 512, 400, 3);
    cells.getStack().getProcessor(1).multiply(235 / 65535.0);
    cells.setDisplayRange(0, 235);
    cells.setRoi(new OvalRoi(60, 50, 40, 30));
    cells.show();
    GenericDialog dialog = open("Image to Image...");
    TextComponent maximum = (TextComponent) dialog.getStringFields().lastElement();
    write(
        "region.txt",
        messages(dialog)
            + "\n"
            + area(dialog, 0).getText()
            + "\nfeather and context "
            + field(dialog, 0).getText()
            + " "
            + field(dialog, 1).getText());
    screenshot("region", dialog);
    press(dialog, "More…");
    await("more", maximum::isShowing);
    screenshot("region-more", dialog);
    cancel(dialog);
    cells.deleteRoi();
    GenericDialog whole = open("Image to Image...");
    write("whole.txt", messages(whole) + "\nprompt " + area(whole, 0).getText());
    screenshot("whole", whole);
    cancel(whole);
    String refusals = "";
    for (String label : new String[] {"Decode Latent", "Denoise Latent", "Blend Latents"}) {
      MenuChoice.choose(label + "...");
      Dialog refusal = dialog(label);
      String kind = refusal instanceof GenericDialog ? "asks" : "refuses";
      refusals += label + " " + kind + ": " + IJ.getErrorMessage() + "\n";
      cancel(refusal);
    }
    write("no-latent.txt", refusals);
    cells.close();
  }

  /** The latents of a run that stopped. */
  private void latents() throws IOException {
    IJ.run(
        "Text to Image...",
        "steps=6 seed=7 scheduler=euler latents=true preview=off prompt=[few red vesicles]");
    ImagePlus steps = WindowManager.getImage("Latents by step");
    IJ.selectWindow(steps.getID());
    steps.setPosition(1, 1, 3);
    GenericDialog dialog = open("Denoise Latent...");
    screenshot("latents", dialog);
    String texts = messages(dialog) + "\n" + area(dialog, 0).getText();
    for (int i = 0; i < 4; i++) texts += "\n" + field(dialog, i).getText();
    write("latents.txt", texts);
    ok(dialog);
    ImagePlus picture = image("Latents by step – Denoised picture");
    await("its window", () -> picture.getWindow() != null && picture.getCanvas().isShowing());
    String status = get("the time", () -> ended("Denoise Latent: "));
    boolean log = WindowManager.getWindow("Log") != null;
    write(
        "denoised.txt",
        picture.getWidth() + " × " + picture.getHeight() + "\n" + status + "\nlog " + log);
    screenshot("denoised", null);
    steps.setPosition(1, 1, 7);
    IJ.selectWindow(steps.getID());
    GenericDialog last = open("Denoise Latent...");
    write("final-latents.txt", messages(last));
    screenshot("final-latents", last);
    cancel(last);
    awaitCommands();
    WindowManager.closeAllWindows(); // as a command it would be ended by what was given up
  }

  /** A dialog that begins with the settings of a saved picture, and the next one after it. */
  private void settings() throws IOException {
    String file = Files.createTempDirectory("settings").resolve("picture.png").toString();
    IJ.run(
        "Text to Image...",
        "width=64 height=64 steps=3 seed=9 guidance=3 preview=off prompt=[one red vesicle]");
    IJ.run("Save Picture...", "path=[" + file + "]");
    WindowManager.closeAllWindows();
    GenericDialog dialog = open("Read Settings...");
    set(dialog, (TextComponent) dialog.getStringFields().get(0), file);
    await("the check", () -> dialog.getButtons()[0].isEnabled());
    screenshot("settings", dialog);
    ok(dialog);
    GenericDialog filled = (GenericDialog) dialog("Text to Image");
    await("the table", () -> ResultsTable.getResultsTable("Settings") != null);
    screenshot("settings-filled", filled);
    String texts = area(filled, 0).getText();
    for (int i = 0; i < 5; i++) texts += "\n" + field(filled, i).getText();
    write("settings.txt", texts);
    screenshot("settings-table", WindowManager.getWindow("Settings"));
    cancel(filled);
    awaitCommands();
    WindowManager.closeAllWindows();
  }

  private static String ended(String beginning) {
    String status = ImageJ.getStatusBarText();
    return status.startsWith(beginning) && status.endsWith(" s") ? status : null;
  }

  /** A run that fails after its dialog was right. */
  private void status() throws IOException {
    ImagePlus nan = IJ.createImage("NaN", "32-bit black", 16, 16, 4);
    nan.getStack().getProcessor(2).setf(3, Float.NaN);
    nan.show();
    GenericDialog dialog = open("Decode Latent...");
    ok(dialog);
    await("the first dialog to close", () -> !dialog.isShowing());
    Dialog message = dialog("Decode Latent");
    await("the end", () -> !ImageJ.getStatusBarText().contains("…"));
    write("failed.txt", ImageJ.getStatusBarText());
    cancel(message);
    cancel(dialog("Decode Latent"));
    nan.close();
  }
}
