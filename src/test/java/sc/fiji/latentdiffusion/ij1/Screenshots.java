/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import java.awt.AWTException;
import java.awt.Component;
import java.awt.Rectangle;
import java.awt.Window;
import java.io.IOException;
import java.nio.file.Path;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/** Makes the README's pictures of ImageJ's windows: the program that {@link WindowTest} starts. */
public final class Screenshots extends Driver {

  private static final String PROMPT = "many green nuclei on a dark background";

  private Screenshots(Path folder) throws AWTException {
    super(folder);
  }

  /** Writes imagej.png and dialog.png into the folder named. */
  public static void main(String[] args) throws Exception {
    Screenshots screenshots = new Screenshots(Path.of(args[0]));
    ImageJ imagej = Main.open();
    screenshots.await("ImageJ's window", imagej::isShowing);
    screenshots.steps(imagej);
    screenshots.dialog();
    System.exit(0);
  }

  /** Shows the dialog with all fields. */
  private void dialog() throws IOException {
    IJ.run("Close All");
    IJ.createImage("Picture", "8-bit ramp", 256, 256, 3).show();
    IJ.makeOval(60, 60, 120, 90);
    MenuChoice.choose("Image to Image...");
    GenericDialog dialog = (GenericDialog) dialog("Image to Image");
    Component scheduler = (Component) dialog.getChoices().lastElement();
    press(dialog, "More…");
    await("more", scheduler::isShowing);
    take("dialog", dialog);
  }

  /** Shows a picture, and the middle of the run that made it. */
  private void steps(ImageJ imagej) throws IOException {
    imagej.setLocation(10, 10);
    String stacks = "latents=true noise=true decoded=true preview=off";
    IJ.run("Text to Image...", "steps=20 seed=42 " + stacks + " prompt=[" + PROMPT + "]");
    int x = 10;
    for (String title :
        new String[] {"Text to Image", "Images by step", "Latents by step", "Noise by step"}) {
      ImagePlus image = WindowManager.getImage(title);
      await("its window", () -> image.getWindow() != null && image.getCanvas().isShowing());
      image.getCanvas().setMagnification(image.getWidth() < 100 ? 16 : 2);
      image.getCanvas().setSize(256, 256);
      image.getWindow().pack();
      image.setPosition(2, 1, 12);
      image.getWindow().setLocation(x, 150);
      x += 280;
    }
    Window last = WindowManager.getImage("Noise by step").getWindow();
    await("its place", () -> last.getX() > 800);
    take("imagej", imagej, last, WindowManager.getImage("Latents by step").getWindow());
  }

  /** Returns the area that the windows cover, with a margin. */
  private void take(String name, Window... windows) {
    save(name, painted(() -> covered(windows)));
  }

  private static Rectangle covered(Window... windows) {
    Rectangle area = new Rectangle(windows[0].getBounds());
    for (Window window : windows) {
      area = area.union(window.getBounds());
    }
    area.grow(8, 8);
    return area.intersection(new Rectangle(windows[0].getToolkit().getScreenSize()));
  }
}
