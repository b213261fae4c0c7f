/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * An image as latents without noise: a latent image's current frame, or any other image's current
 * slice, of which the bounds of the selection are encoded to the mean of the posterior.
 */
public final class LatentSource {

  private final ImagePlus image;
  private final ChannelMapping mapping;
  private final LatentDiffusion model;
  private final ModelView view;

  /**
   * @param image that {@link #check} has accepted
   * @param mapping of a picture's values to colours
   * @param model of the latents
   */
  public LatentSource(ImagePlus image, ChannelMapping mapping, LatentDiffusion model) {
    this.image = image;
    this.mapping = mapping;
    this.model = model;
    view = ModelView.of(model, region(image, model.factor()));
  }

  /** Returns whether an image holds latents, and says so. */
  public static boolean isLatent(ImagePlus image) {
    return LatentImages.isTold(image);
  }

  /**
   * Checks that an image can be read.
   *
   * @throws IllegalArgumentException if not, with a message for the user
   */
  public static void check(ImagePlus image) {
    if (image != null && isLatent(image)) {
      LatentImages.check(image);
    } else {
      Picture.check(image);
      Selection.of(image, 0);
    }
  }

  /**
   * Checks that an image can be read as latents of a model.
   *
   * @param latents of the model
   * @throws IllegalArgumentException if not, with a message for the user
   */
  public static void check(ImagePlus image, ChannelMapping mapping, LatentSpace latents) {
    check(image);
    if (isLatent(image)) LatentImages.check(image, latents.channels());
    else Channels.check(image, mapping, latents.encodedChannels());
  }

  /** Returns the pixels of the picture: the selection's bounds, or all that latents decode to. */
  public static Region region(ImagePlus image, int factor) {
    if (isLatent(image)) return Region.decoded(image.getWidth(), image.getHeight(), factor);
    Region region = Selection.of(image, 0).bounds();
    region.requireSize(Request.MAX_SIZE);
    return region;
  }

  /** Returns the region that the model sees. */
  public ModelView view() {
    return view;
  }

  /** Returns the title of the image. */
  public String title() {
    return image.getTitle();
  }

  /** Returns the calibration of the whole picture. */
  public Calibrated calibration() {
    Calibrated own = Calibrated.of(image);
    return isLatent(image) ? own.scaled(1.0 / model.factor()) : own;
  }

  /**
   * Returns the latents.
   *
   * @param owner of the result
   * @return {@code [1, c, h, w]}, float32
   */
  public NDArray latents(NDManager owner) {
    if (isLatent(image)) return LatentImages.tensor(image, model.latentChannels(), owner);
    Slices.Position here = Slices.CURRENT.positions(image).get(0);
    Region region = view.seen();
    Channels channels = Channels.of(image, mapping, model.declaration().latents());
    Picture picture = channels.picture(image, here, Selection.all(region), region);
    try (NDArray given = view.tensor(picture, owner)) {
      return model.encode(given, owner);
    }
  }

  /** Returns warnings about latents of another model, or that are none. */
  public List<String> warnings() throws IOException {
    List<String> warnings = new ArrayList<>();
    if (!isLatent(image)) return warnings;
    warnings.addAll(LatentStep.mismatches(image, model));
    StepStacks.Quantity.noteOnDecoding(image).ifPresent(warnings::add);
    return warnings;
  }

  /** Returns values that were found for keys of the command. */
  public Map<String, ?> resolved() {
    return isLatent(image) ? Map.of() : mapping.resolved();
  }

  /** Adds lines about the image. */
  public void describe(Info info) {
    if (isLatent(image)) {
      info.put("input", image.getTitle()).put("frame", image.getFrame()).putSource(image);
    } else {
      LatentSpace latents = model.declaration().latents();
      info.put(image, view.seen(), view, Channels.of(image, mapping, latents));
    }
  }
}
