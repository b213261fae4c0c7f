package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.util.Properties;

/** Copies of images, for a result to be written into. */
final class Copies {

  private Copies() {}

  /**
   * A copy of a single image in its own type, equal bit for bit, with LUT, display range,
   * calibration, overlay, slice label and properties.
   */
  static ImagePlus of(ImagePlus imp, String title) {
    ImagePlus copy = new ImagePlus(title, imp.getProcessor().duplicate());
    copy.setCalibration(imp.getCalibration().copy());
    if (imp.getOverlay() != null) {
      copy.setOverlay(imp.getOverlay().duplicate());
    }
    copy.setProperties(imp.getPropertiesAsArray());
    copyTexts(imp, copy);
    return copy;
  }

  /** Only texts: other properties belong to windows and plots. */
  private static void copyTexts(ImagePlus imp, ImagePlus copy) {
    Properties properties = imp.getProperties() == null ? new Properties() : imp.getProperties();
    for (String key : properties.stringPropertyNames()) {
      copy.setProperty(key, properties.getProperty(key));
    }
    if (imp.hasImageStack() && imp.getStack().getSliceLabel(1) != null) {
      copy.setProp("Slice_Label", imp.getStack().getSliceLabel(1));
    }
  }
}
