/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.imagej;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ImageProcessor;
import java.util.Properties;

/** Copies images; results are written into the copies. */
public final class Copies {

  private Copies() {}

  /**
   * Copies an image in its own type, equal bit for bit, with all channels, slices and frames, LUTs,
   * display ranges, calibration, overlay, slice labels and properties, at the same position.
   */
  public static ImagePlus of(ImagePlus imp, String title) {
    return imp.getStackSize() == 1 ? described(imp, single(imp, title)) : stack(imp, title);
  }

  /**
   * Makes an image of other slices, with LUTs, display ranges, calibration, overlay and properties
   * of an image.
   *
   * @param slices of the image's type, not copied
   * @param dimensions of the slices: channels, as many as the image's, slices, frames
   */
  public static ImagePlus like(ImagePlus imp, String title, ImageStack slices, int[] dimensions) {
    ImagePlus copy = new ImagePlus(title, slices);
    copy.setDimensions(dimensions[0], dimensions[1], dimensions[2]);
    copy.setOpenAsHyperStack(imp.isHyperStack() || imp.getOpenAsHyperStack() || slices.size() > 1);
    copy = imp instanceof CompositeImage composite ? composite(composite, copy) : plain(imp, copy);
    return described(imp, copy);
  }

  private static ImagePlus described(ImagePlus imp, ImagePlus copy) {
    copy.setCalibration(imp.getCalibration().copy());
    if (imp.getOverlay() != null) {
      copy.setOverlay(imp.getOverlay().duplicate());
    }
    copy.setProperties(imp.getPropertiesAsArray());
    copyTexts(imp, copy);
    return copy;
  }

  /**
   * Copies the current slice and frame of an image, with all channels; otherwise as {@link #of}.
   * Elements of the overlay on other slices are left out.
   */
  public static ImagePlus ofPosition(ImagePlus imp, String title) {
    ImageStack channels = new ImageStack(imp.getWidth(), imp.getHeight());
    for (int c = 1; c <= imp.getNChannels(); c++) {
      ImageProcessor slice = processor(imp, imp.getStackIndex(c, imp.getZ(), imp.getT()));
      channels.addSlice(null, slice.duplicate().getPixels());
    }
    ImagePlus copy = like(imp, title, channels, new int[] {imp.getNChannels(), 1, 1});
    if (copy.getOverlay() != null) {
      int z = imp.getZ();
      int t = imp.getT();
      copy.getOverlay().crop(1, imp.getNChannels(), z, z, t, t);
    }
    copy.setPosition(imp.getC(), 1, 1);
    return copy;
  }

  private static ImageProcessor processor(ImagePlus imp, int index) {
    return imp.getStackSize() == 1 ? imp.getProcessor() : imp.getStack().getProcessor(index);
  }

  private static ImagePlus single(ImagePlus imp, String title) {
    return new ImagePlus(title, imp.getProcessor().duplicate());
  }

  /** Copies all slices into memory, even of a virtual stack. */
  private static ImagePlus stack(ImagePlus imp, String title) {
    ImageStack slices = new ImageStack(imp.getWidth(), imp.getHeight());
    for (int i = 1; i <= imp.getStackSize(); i++) {
      slices.addSlice(
          imp.getStack().getSliceLabel(i), imp.getStack().getProcessor(i).duplicate().getPixels());
    }
    int[] dimensions = {imp.getNChannels(), imp.getNSlices(), imp.getNFrames()};
    ImagePlus copy = like(imp, title, slices, dimensions);
    copy.setOpenAsHyperStack(imp.isHyperStack() || imp.getOpenAsHyperStack());
    copy.setPosition(imp.getC(), imp.getZ(), imp.getT());
    return copy;
  }

  private static ImagePlus composite(CompositeImage imp, ImagePlus copy) {
    CompositeImage composite = new CompositeImage(copy, imp.getMode());
    composite.setLuts(imp.getLuts());
    boolean[] active = imp.getActiveChannels();
    System.arraycopy(active, 0, composite.getActiveChannels(), 0, active.length);
    return composite;
  }

  private static ImagePlus plain(ImagePlus imp, ImagePlus copy) {
    if (imp.getType() != ImagePlus.COLOR_RGB) {
      ImageProcessor shown = copy.getProcessor();
      shown.setColorModel(imp.getProcessor().getColorModel());
      copy.getStack().setColorModel(imp.getProcessor().getColorModel());
      copy.setDisplayRange(imp.getDisplayRangeMin(), imp.getDisplayRangeMax());
    }
    return copy;
  }

  /** Copies the properties that are texts: others belong to windows and plots. */
  static void copyTexts(ImagePlus imp, ImagePlus copy) {
    Properties properties = imp.getProperties() == null ? new Properties() : imp.getProperties();
    for (String key : properties.stringPropertyNames()) {
      copy.setProperty(key, properties.getProperty(key));
    }
    if (imp.getStackSize() == 1 && imp.hasImageStack() && imp.getStack().getSliceLabel(1) != null) {
      copy.setProp("Slice_Label", imp.getStack().getSliceLabel(1));
    }
  }
}
