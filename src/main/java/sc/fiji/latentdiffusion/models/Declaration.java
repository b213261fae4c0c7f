/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Role;

/**
 * A family's description of one model. It is read from settings and from the headers of weight
 * files; no network is built for it.
 *
 * @param label of the family, in words that users know
 * @param components that the model has, in the order in which tables list them
 * @param latents the space in which its denoiser works
 * @param size of the pictures it was trained with
 * @param conditioningWidth how many numbers the denoiser takes for a token; 0 if it takes none
 * @param keptChannels how many numbers for each pixel of the latents its denoiser keeps for {@link
 *     Denoiser.Session#predictFromKept}; 0 if it does not override that
 * @param work how much memory its autoencoder takes
 * @param loras how LoRAs name its layers
 * @param sight the image that its denoiser sees beside the latents; empty if it sees none
 */
public record Declaration(
    String label,
    List<Component> components,
    LatentSpace latents,
    Size size,
    int conditioningWidth,
    int keptChannels,
    Work work,
    LoraNames loras,
    Optional<Sight> sight) {

  /**
   * Width and height of pictures, in pixels.
   *
   * @param width at least 1
   * @param height at least 1
   */
  public record Size(int width, int height) {

    /**
     * Reads the size of latents from the settings of a U-Net.
     *
     * @param sampleSize one number for both sides, or height and width; none for 64
     * @param factor pixels of the width of one latent
     */
    public static Size of(List<Integer> sampleSize, int factor) {
      int height = sampleSize.isEmpty() ? 64 : sampleSize.get(0);
      int width = sampleSize.size() < 2 ? height : sampleSize.get(1);
      return new Size(width * factor, height * factor);
    }
  }

  /** A model of square pictures, whose denoiser sees no image. */
  public Declaration(
      String label,
      List<Component> components,
      LatentSpace latents,
      int nativeSize,
      int conditioningWidth,
      int keptChannels,
      Work work,
      LoraNames loras) {
    this(
        label,
        components,
        latents,
        new Size(nativeSize, nativeSize),
        conditioningWidth,
        keptChannels,
        work,
        loras,
        Optional.empty());
  }

  /** Estimates the memory that encoding or decoding a picture takes beside the weights. */
  @FunctionalInterface
  public interface Work {

    /**
     * Estimates.
     *
     * @param width of the picture in pixels
     * @param height of the picture in pixels
     * @param elementBytes of a number in the precision that the autoencoder computes in
     * @return bytes at the peak
     */
    double bytes(long width, long height, int elementBytes);
  }

  /**
   * How LoRAs name the layers of a family of models.
   *
   * @param prefixes the components by the beginnings of names in LoRAs, underscores for dots; of
   *     two beginnings that fit a name the first counts
   * @param aliases gives other names that LoRAs have for modules
   */
  public record LoraNames(Map<String, String> prefixes, Aliases aliases) {

    /** Nothing is known: layers are found by the names that the model has for them. */
    public static final LoraNames NONE = new LoraNames(Map.of(), modules -> Map.of());

    /** Other names of modules. */
    @FunctionalInterface
    public interface Aliases {

      /**
       * Gives the other names.
       *
       * @param modules of one component, by the names that the model has for them
       * @return another name by the model's own; modules without one are left out. Modules that
       *     share a name are the rows of one layer there, in their order here
       */
      Map<String, String> of(Collection<String> modules);
    }
  }

  /** Returns the longer side of the pictures it was trained with, in pixels. */
  public int nativeSize() {
    return Math.max(size.width(), size.height());
  }

  /** Returns the number of channels of a picture that a run begins with or sees. */
  public int seenChannels() {
    return sight.map(Sight::pictureChannels).orElse(latents.encodedChannels());
  }

  /** Returns how many times as wide and high as what is seen a result is; mostly 1. */
  public int enlargement() {
    return sight.filter(Sight::isEnlarging).isPresent() ? latents.factor() : 1;
  }

  /** Returns by which number width and height of what is seen must be divisible. */
  public int seenMultiple() {
    return latents.pixelMultiple() / enlargement();
  }

  /** Returns whether the model can run steps: it is more than an autoencoder. */
  public boolean hasDenoiser() {
    return !components(Role.DENOISER).isEmpty();
  }

  /**
   * Checks that the model can run steps.
   *
   * @param model its name or path, for the message
   * @throws IOException if it is an autoencoder alone, naming the commands for such
   */
  public void requireDenoiser(String model) throws IOException {
    if (!hasDenoiser()) throw withoutDenoiser(model);
  }

  /** Returns the exception for a model that can't run steps. */
  public static IOException withoutDenoiser(String model) {
    return new IOException(
        "The model "
            + model
            + " is an autoencoder alone: a denoiser, as a U-Net, and its text encoder and scheduler"
            + " are missing. Show Latent and Decode Latent can use it; for others name a whole"
            + " model, and this one in vae.");
  }

  /** Returns the names of the components that play a part, in their order. */
  public List<String> components(Role role) {
    return components.stream().filter(c -> c.role() == role).map(Component::name).toList();
  }
}
