/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import ij.CommandListener;
import ij.CompositeImage;
import ij.Executer;
import ij.IJ;
import ij.ImageListener;
import ij.ImagePlus;
import ij.gui.StackWindow;
import sc.fiji.latentdiffusion.images.results.LatentDisplay;

/**
 * Shows what ImageJ's commands make of latents as latents are shown: magnified, and one channel at
 * a time. Make Montage…, for example, opens all channels added up, at 100 %. Macros, and those
 * being recorded, get what ImageJ gives them.
 */
final class MergedLatents implements CommandListener, ImageListener {

  private static boolean listens;

  private volatile boolean isByHand;

  private MergedLatents() {}

  /** Begins, once. */
  static synchronized void listen() {
    if (listens) return;
    MergedLatents merged = new MergedLatents();
    Executer.addCommandListener(merged);
    ImagePlus.addImageListener(merged);
    listens = true;
  }

  /** Asks here, in the command's thread: AWT tells of the image later, when a macro may be over. */
  @Override
  public String commandExecuting(String command) {
    isByHand = !IJ.isMacro() && !IJ.recording();
    return command;
  }

  @Override
  public void imageOpened(ImagePlus image) {
    if (!isByHand) return;
    if (!LatentDisplay.isAddedUp(image) || image.getWindow() == null) return;
    CompositeImage latents = (CompositeImage) image;
    latents.setMode(IJ.COLOR);
    LatentDisplay.choose(latents);
    latents.updateAndDraw();
    if (latents.getWindow() instanceof StackWindow stack) stack.updateSliceSelector();
    Zoom.apply(latents, Zoom.of(latents.getWidth(), latents.getHeight()));
  }

  @Override
  public void imageClosed(ImagePlus image) {}

  @Override
  public void imageUpdated(ImagePlus image) {}
}
