/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.CompositeImage;
import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.Menus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.OvalRoi;
import java.awt.AWTException;
import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Label;
import java.awt.Menu;
import java.awt.Rectangle;
import java.awt.TextComponent;
import java.awt.Toolkit;
import java.awt.event.KeyEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.ij1.headless.Main;
import sc.fiji.latentdiffusion.keys.DialogOrder;

/**
 * Opens every command's dialog with all of its fields, and records those parts that are not seen:
 * the program that {@link SmallScreenTest} starts.
 */
public final class SmallScreen extends Driver {

  private final Rectangle screen = new Rectangle(Toolkit.getDefaultToolkit().getScreenSize());
  private final List<String> opened = new ArrayList<>();
  private final List<String> hidden = new ArrayList<>();

  private SmallScreen(Path folder) throws AWTException {
    super(folder);
    ImageJ imagej = Main.open();
    await("ImageJ's window", imagej::isShowing);
  }

  /** Writes opened.txt, hidden.txt and screenshots into the folder named. */
  public static void main(String[] args) throws Exception {
    SmallScreen all = new SmallScreen(Path.of(args[0]));
    all.dialogs();
    all.write("opened.txt", String.join("\n", all.opened));
    all.write("hidden.txt", String.join("\n", all.hidden));
    System.exit(0);
  }

  /** On an image for which every key is of use, and on latents. */
  private void dialogs() {
    ImagePlus stack = IJ.createHyperStack("Cells", 512, 400, 2, 3, 1, 16);
    ImagePlus cells = new CompositeImage(stack);
    cells.setRoi(new OvalRoi(60, 50, 40, 30));
    cells.setProperty(
        "Info", "command=Text to Image...\nscheduler=euler\nseed=1\nmacro=run(\"\")\n");
    ImagePlus latents = IJ.createImage("Latents", "32-bit ramp", 16, 16, 4);
    Menu menu = Menus.getImageJMenu("Plugins>Latent Diffusion");
    latents.show();
    cells.show();
    for (String label : labels(menu)) {
      boolean takesLatents = label.matches("(Decode|Denoise|Blend) .*");
      IJ.selectWindow((takesLatents ? latents : cells).getID());
      look(label);
    }
    WindowManager.closeAllWindows();
  }

  private static List<String> labels(Menu menu) {
    return IntStream.range(0, menu.getItemCount())
        .mapToObj(i -> menu.getItem(i).getLabel())
        .filter(label -> label.endsWith("..."))
        .toList();
  }

  private void look(String label) {
    MenuChoice.choose(label);
    GenericDialog dialog = (GenericDialog) dialog(label.replace("...", ""));
    parts(dialog, Button.class)
        .filter(button -> button.getLabel().equals(DialogOrder.MORE))
        .findFirst()
        .ifPresent(button -> showMore(dialog, button));
    opened.add(label + " " + dialog.getWidth() + " × " + dialog.getHeight());
    parts(dialog, Component.class).filter(Component::isShowing).forEach(part -> judge(label, part));
    save(
        label.replaceAll("\\W", ""),
        robot.createScreenCapture(dialog.getBounds().intersection(screen)));
    Stream.of(dialog.getComponents())
        .filter(part -> !isSeen(part))
        .forEach(part -> hidden.add(label + " hides " + part));
    close(dialog);
  }

  private void showMore(GenericDialog dialog, Button button) {
    press(dialog, DialogOrder.MORE);
    await("more", () -> button.getLabel().equals(DialogOrder.LESS) && dialog.isValid());
  }

  private void close(Dialog dialog) {
    focus(dialog);
    keys(KeyEvent.VK_ESCAPE);
    await("the dialog to close", () -> !dialog.isShowing());
    awaitCommands();
  }

  /** Texts must not be cut; a field must come into view with the focus. */
  private void judge(String label, Component part) {
    boolean hasText = part instanceof Label || part instanceof Checkbox || part instanceof Button;
    if (hasText && part.getWidth() < part.getPreferredSize().width) {
      hidden.add(label + " cuts " + part);
    }
    if (isField(part) && part.isEnabled() && !isSeen(part)) {
      EventQueue.invokeLater(part::requestFocus);
      await("the place of " + part, () -> part.isFocusOwner() && isSeen(part));
    }
  }

  private static boolean isField(Component part) {
    return part instanceof TextComponent
        || part instanceof Choice
        || part instanceof Checkbox
        || part instanceof Button;
  }
}
