package sc.fiji.latentdiffusion.images;

import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * How an image is worked on: all that {@code Image to Image...} asks beside the request.
 *
 * @param focus how the model looks at the selection
 * @param reading how values become colours, and back
 * @param slices which slices of a stack
 */
public record ImageToImageOptions(RegionOptions focus, ChannelMapping reading, Slices slices) {

  /** The current slice's selection as it is. */
  public static final ImageToImageOptions PLAIN =
      new ImageToImageOptions(RegionOptions.SHARP, ChannelMapping.DISPLAY, Slices.CURRENT);
}
