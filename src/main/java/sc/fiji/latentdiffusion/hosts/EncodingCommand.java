/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import java.util.Map;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.images.latents.LatentSource;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.keys.Key;

/** A command that encodes an image, or its selection, as a whole. */
public abstract class EncodingCommand extends NetworkCommand {

  /** The meaning of {@code channels}. */
  public static final String CHANNELS =
      "For composites: channel numbers of red, green, blue, as in 1,2,3; 0 for none, one number"
          + " alone as grey. Empty for the first three.";

  /** The meaning of {@code intensity}. */
  public static final String INTENSITY =
      "The values that are black and white to the model: the display range, the full range of the"
          + " type (of the values, for 32 bit), or the minimum and maximum given here. RGB is"
          + " always 0…255.";

  /** The meaning of {@code minimum}. */
  public static final String MINIMUM =
      "The value that is black to the model; it is used only with intensity=given.";

  /** The meaning of {@code maximum}. */
  public static final String MAXIMUM =
      "The value that is white to the model; it is used only with intensity=given.";

  @Parameter(
      label = "Channels (R,G,B)",
      description = CHANNELS,
      required = false,
      attrs = {
        @Attr(name = Key.ROW, value = "channels"),
        @Attr(name = Key.USE, value = Key.CHANNELS)
      })
  private String channels = "";

  @Parameter(
      label = "Intensity",
      description = INTENSITY,
      choices = {"display", "full", "given"},
      attrs = {@Attr(name = Key.ROW, value = "channels"), @Attr(name = Key.USE, value = Key.GREY)})
  private String intensity = "display";

  @Parameter(
      label = "Minimum",
      description = MINIMUM,
      attrs = {
        @Attr(name = Key.ROW, value = "channels/range"),
        @Attr(name = Key.USE, value = Key.GREY),
        @Attr(name = Key.WHERE, value = "intensity=given")
      })
  private double minimum = 0;

  @Parameter(
      label = "Maximum",
      description = MAXIMUM,
      attrs = {
        @Attr(name = Key.ROW, value = "channels/range"),
        @Attr(name = Key.USE, value = Key.GREY),
        @Attr(name = Key.WHERE, value = "intensity=given")
      })
  private double maximum = 255;

  /** The mapping of the image's values to colours. */
  protected final ChannelMapping mapping() {
    return new ChannelMapping(channels, intensity, minimum, maximum);
  }

  /** The image that is encoded; null for none. */
  protected abstract ImagePlus picture();

  @Override
  public void check() {
    mapping();
  }

  /** The range of values; none for latents, which are taken as they are. */
  @Override
  public Map<String, String> used() {
    if (LatentSource.isLatent(picture())) return Map.of("minimum", "–", "maximum", "–");
    return ImageToImageOptions.range(picture(), mapping());
  }
}
