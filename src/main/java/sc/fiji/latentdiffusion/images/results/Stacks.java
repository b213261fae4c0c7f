/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.images.areas.Areas;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.models.AttentionProbe.Pixel;

/**
 * The quantities of a run that are opened beside its result. The stacks are hyperstacks with a
 * frame for each evaluation of the denoiser.
 *
 * @param latents noisy latents before every evaluation and after the last, "Latents by step"
 * @param noise predicted noise after guidance, "Noise by step"
 * @param predicted latents without noise as predicted, "Predicted latents by step"
 * @param decoded pictures of the predicted latents, "Images by step"
 * @param further quantities
 */
public record Stacks(
    boolean latents, boolean noise, boolean predicted, boolean decoded, Further further) {

  /** No stacks. */
  public static final Stacks NONE = new Stacks(false, false, false, false);

  /** The four main stacks alone. */
  public Stacks(boolean latents, boolean noise, boolean predicted, boolean decoded) {
    this(latents, noise, predicted, decoded, Further.NONE);
  }

  /** Returns a copy with other further quantities. */
  public Stacks with(Further others) {
    return new Stacks(latents, noise, predicted, decoded, others);
  }

  /**
   * Checks that stacks can be made of runs on areas.
   *
   * @throws IllegalArgumentException if the runs see different regions
   */
  public void require(Areas areas) {
    boolean shows = latents || noise || predicted || decoded || further.noisy() || further.split();
    boolean isNone =
        !(shows || further.attention() || further.montage() || further.point().isPresent());
    if (isNone || areas.seeOneRegion() && !areas.areSeveralRuns()) return;
    throw new IllegalArgumentException(
        "Stacks of the steps, attention and the montage show one region, but the "
            + areas.places().size()
            + " runs see different ones. Give areas=together, and one slice, or leave the stacks"
            + " out.");
  }

  /**
   * Quantities that look further into a run.
   *
   * @param noisy the denoiser's input, decoded: "Noisy images by step"
   * @param split predicted noise before guidance, "Conditional noise by step" and "Unconditional
   *     noise by step"
   * @param table numbers of each evaluation, "Steps", and their plots
   * @param attention to each word, "Attention by step" and "Attention"
   * @param montage one picture of the four steps, "Montage"
   * @param point a pixel of the image whose self-attention is shown, "Attention of a point"
   */
  public record Further(
      boolean noisy,
      boolean split,
      boolean table,
      boolean attention,
      boolean montage,
      Optional<Pixel> point) {

    /** None of them. */
    public static final Further NONE =
        new Further(false, false, false, false, false, Optional.empty());

    private static final Pattern POINT = Pattern.compile("(\\d{1,6})\\s*,\\s*(\\d{1,6})");

    /**
     * Reads a point.
     *
     * @param text {@code x,y} in pixels, or empty for none
     * @throws IllegalArgumentException if it is neither
     */
    public static Optional<Pixel> point(String text) {
      if (text.isBlank()) return Optional.empty();
      Matcher found = POINT.matcher(text.strip());
      if (found.matches()) {
        return Optional.of(
            new Pixel(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))));
      }
      throw new IllegalArgumentException(
          "point must be x,y in whole pixels, as 64,32, or empty for none, but is \""
              + text
              + "\".");
    }

    /**
     * Refuses attention where regions have prompts of their own.
     *
     * @param regions whether they have
     * @throws IllegalArgumentException if both are asked for
     */
    public void requireOnePrompt(boolean regions) {
      if (!regions || !attention && point.isEmpty()) return;
      throw new IllegalArgumentException(
          "attention and point show the attention to one prompt, but with regions=true each ROI"
              + " has its own. Leave regions out, or attention and point.");
    }

    /**
     * Checks that the point, if there is one, is seen.
     *
     * @param seen the pixels of the image that the model sees
     * @throws IllegalArgumentException if it lies outside
     */
    public void requireSeen(Region seen) {
      if (point.map(p -> seen.contains(p.x(), p.y())).orElse(true)) return;
      throw new IllegalArgumentException(
          String.format(
              "point must lie in what the model sees, x %d…%d and y %d…%d, but is %d,%d.",
              seen.x(),
              seen.x() + seen.width() - 1,
              seen.y(),
              seen.y() + seen.height() - 1,
              point.get().x(),
              point.get().y()));
    }
  }
}
