package sc.fiji.latentdiffusion.images;

import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * The options of {@code Image to Image...} beside the request.
 *
 * @param region around the selection that the model sees
 * @param mapping of the image's values to colours, and back
 * @param slices of a stack that are repainted
 */
public record ImageToImageOptions(RegionOptions region, ChannelMapping mapping, Slices slices) {

  /** The current slice's selection, with a sharp edge, by its display ranges. */
  public static final ImageToImageOptions PLAIN =
      new ImageToImageOptions(RegionOptions.SHARP, ChannelMapping.DISPLAY, Slices.CURRENT);
}
