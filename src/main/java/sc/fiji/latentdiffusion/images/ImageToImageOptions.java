/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.util.HashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.images.areas.AreaOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.pipeline.Start;

/**
 * The options of {@code Image to Image...} beside the request.
 *
 * @param region around the selection that the model sees
 * @param mapping of the image's values to colours, and back
 * @param slices of a stack that are repainted
 * @param areas of a slice that are repainted
 * @param shown what models are shown that see an image beside their latents
 */
public record ImageToImageOptions(
    RegionOptions region, ChannelMapping mapping, Slices slices, AreaOptions areas, Shown shown) {

  /**
   * What models are shown that see an image beside their latents.
   *
   * @param noiseLevel the timestep whose noise an upscaler's image gets
   * @param depth title or path of a depth image; empty for the image itself
   */
  public record Shown(int noiseLevel, String depth) {

    /** The image itself, with the usual noise. */
    public static final Shown USUAL = new Shown(Start.FromPicture.Beside.NOISE_LEVEL, "");

    /** Takes no text for an empty one. */
    public Shown {
      depth = depth == null ? "" : depth;
    }
  }

  /**
   * Checks that the values fit together.
   *
   * @throws IllegalArgumentException if not; the message names the keys
   */
  public ImageToImageOptions {
    if (slices.coherence() > 0 && areas.isEach()) {
      throw new IllegalArgumentException(
          "coherence above 0 needs areas=together, one run for each slice, but areas is each and"
              + " coherence is "
              + slices.coherence()
              + ". Give areas=together, or leave coherence out.");
    }
  }

  /** The current slice's selection, with a sharp edge, by its display ranges. */
  public static final ImageToImageOptions PLAIN =
      new ImageToImageOptions(RegionOptions.SHARP, ChannelMapping.DISPLAY, Slices.CURRENT);

  /** Options of the image's selection. */
  public ImageToImageOptions(RegionOptions region, ChannelMapping mapping, Slices slices) {
    this(region, mapping, slices, AreaOptions.PLAIN);
  }

  /** Options of areas, for any model that sees no image. */
  public ImageToImageOptions(
      RegionOptions region, ChannelMapping mapping, Slices slices, AreaOptions areas) {
    this(region, mapping, slices, areas, Shown.USUAL);
  }

  private static final String GREY_PROMPT = "white nuclei on a dark background";

  /**
   * Returns the values of an image that become black and white, as texts by key; none where they
   * are not known at once.
   */
  public static Map<String, String> range(ImagePlus image, ChannelMapping mapping) {
    boolean allValues = mapping.intensity().equals("full") && image.getBitDepth() == 32;
    if (allValues || mapping.isAround() || image.getType() == ImagePlus.COLOR_RGB) return Map.of();
    Channels channels = Channels.of(image, mapping);
    return Map.of("minimum", channels.black(), "maximum", channels.white());
  }

  /**
   * Returns texts of keys that suit an image better than their defaults.
   *
   * @param size width and height of the pictures that the model was trained with, in pixels
   */
  public static Map<String, String> suggested(ImagePlus image, int size) {
    Map<String, String> texts = new HashMap<>();
    if (image.getRoi() != null) {
      RegionOptions region = RegionOptions.suggested(Selection.of(image, 0).bounds(), size);
      texts.putAll(region.texts());
    }
    if (image.getType() != ImagePlus.COLOR_RGB && image.getNChannels() == 1) {
      texts.put("prompt", GREY_PROMPT);
    }
    return texts;
  }
}
