/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import java.io.IOException;
import java.util.Map;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import sc.fiji.latentdiffusion.hosts.ModelsFolder;
import sc.fiji.latentdiffusion.library.LoadedModels;

/**
 * Latent diffusion on ImgLib2 intervals.
 *
 * <p><b>Images</b> have the dimensions [x, y], or [x, y, channel] with red, green and blue or the
 * model's own channels. Two numbers say which values are black and white to the model; results have
 * values of the same range, neither rounded nor clamped. Only the region that the model sees is
 * read. <b>Latents</b>, [x, y, channel], are scaled as in <i>Show Latent</i>.
 *
 * <p><b>Settings</b> have the keys, values and defaults of macros: {@code [prompt: "nuclei", seed:
 * 1]}; keys that need an image of ImageJ or open windows are refused. Equal settings give equal
 * pixels; a seed of −1, the default, is drawn.
 *
 * <p>The model that was used last stays loaded until {@link #close}. Not for several threads. An
 * {@code IllegalArgumentException} says what was expected and what was found.
 */
public final class Diffusion implements AutoCloseable {

  private final LoadedModels models = new LoadedModels();

  /**
   * One evaluation of the network. The intervals [x, y, channel] of latents view the run's memory,
   * without a copy, and are valid until the next evaluation or the end of the run.
   *
   * @param index from 0
   * @param step from 0; some schedulers evaluate the network several times a step
   * @param timestep that the network is told
   * @param x the noisy latents before it
   * @param noise in them as predicted, ε̂
   * @param predOriginalSample the latents without noise as predicted, x̂0
   */
  public record Step(
      int index,
      int step,
      double timestep,
      RandomAccessibleInterval<FloatType> x,
      RandomAccessibleInterval<FloatType> noise,
      RandomAccessibleInterval<FloatType> predOriginalSample) {}

  /** A run of the network, to be iterated once, step by step; {@link #result} makes the rest. */
  public interface Run extends Iterable<Step>, AutoCloseable {

    /** Returns the number of evaluations. */
    int size();

    /** Returns the seed of its noise. */
    long seed();

    /** Makes the steps that are not made yet, and a result of its own, unless it is closed. */
    Img<FloatType> result();

    /** Frees the memory of the run; intervals of its steps are no longer valid. */
    @Override
    void close();
  }

  /**
   * Makes a picture from a prompt.
   *
   * @param settings of <i>Text to Image</i>
   * @return [x, y, channel], 0 black … 255 white
   */
  public Img<FloatType> textToImage(Map<String, ?> settings) throws IOException {
    try (Run run = beginTextToImage(settings)) {
      return run.result();
    }
  }

  /** Begins what {@link #textToImage} does. */
  public Run beginTextToImage(Map<String, ?> settings) throws IOException {
    return new Verbs(models, ModelsFolder.get()).textToImage(Settings.ofText(settings));
  }

  /**
   * Repaints a region of an image.
   *
   * @param image of which the region is read, widened by {@code context}
   * @param black the value that is black to the model
   * @param white the value that is white to the model
   * @param region the pixels [x, y] that change
   * @param settings of <i>Image to Image</i>
   * @return the region, of the dimensions of the image, its first pixel at 0, 0
   */
  public Img<FloatType> imageToImage(
      RandomAccessibleInterval<? extends RealType<?>> image,
      double black,
      double white,
      Interval region,
      Map<String, ?> settings)
      throws IOException {
    try (Run run = beginImageToImage(image, black, white, region, null, settings)) {
      return run.result();
    }
  }

  /** As above; the mask, of the region's interval, says how far each pixel changes, 0…1. */
  public Img<FloatType> imageToImage(
      RandomAccessibleInterval<? extends RealType<?>> image,
      double black,
      double white,
      Interval region,
      RandomAccessibleInterval<? extends RealType<?>> mask,
      Map<String, ?> settings)
      throws IOException {
    try (Run run = beginImageToImage(image, black, white, region, mask, settings)) {
      return run.result();
    }
  }

  /** Begins what {@link #imageToImage} does; null for no mask. */
  public Run beginImageToImage(
      RandomAccessibleInterval<? extends RealType<?>> image,
      double black,
      double white,
      Interval region,
      RandomAccessibleInterval<? extends RealType<?>> mask,
      Map<String, ?> settings)
      throws IOException {
    SeenImage seen = new SeenImage(image, black, white, region, mask);
    return new Verbs(models, ModelsFolder.get()).imageToImage(seen, Settings.ofImage(settings));
  }

  /**
   * Encodes a region of an image by the mean of the autoencoder's posterior.
   *
   * @param settings model, vae, precision, device
   * @return latents [x, y, channel]
   */
  public Img<FloatType> encode(
      RandomAccessibleInterval<? extends RealType<?>> image,
      double black,
      double white,
      Interval region,
      Map<String, ?> settings)
      throws IOException {
    SeenImage seen = new SeenImage(image, black, white, region, null);
    return new Verbs(models, ModelsFolder.get()).encode(seen, Settings.ofText(settings));
  }

  /**
   * Decodes latents to a picture.
   *
   * @param latents [x, y, channel]
   * @param settings model, vae, precision, device
   * @return [x, y, channel], 0 black … 255 white
   */
  public Img<FloatType> decode(
      RandomAccessibleInterval<? extends RealType<?>> latents, Map<String, ?> settings)
      throws IOException {
    return new Verbs(models, ModelsFolder.get()).decode(latents, Settings.ofText(settings));
  }

  /**
   * Takes steps on latents.
   *
   * @param latents [x, y, channel], with the noise that step {@code from} expects
   * @param from the number of steps that are done already
   * @param to the number of steps after which to stop; −1 for all
   * @param settings of <i>Text to Image</i>
   * @return latents [x, y, channel]
   */
  public Img<FloatType> denoise(
      RandomAccessibleInterval<? extends RealType<?>> latents,
      int from,
      int to,
      Map<String, ?> settings)
      throws IOException {
    try (Run run = beginDenoising(latents, from, to, settings)) {
      return run.result();
    }
  }

  /** Begins what {@link #denoise} does. */
  public Run beginDenoising(
      RandomAccessibleInterval<? extends RealType<?>> latents,
      int from,
      int to,
      Map<String, ?> settings)
      throws IOException {
    Verbs verbs = new Verbs(models, ModelsFolder.get());
    return verbs.denoise(latents, from, to, Settings.ofText(settings));
  }

  /** Frees the model. */
  @Override
  public void close() {
    models.close();
  }
}
