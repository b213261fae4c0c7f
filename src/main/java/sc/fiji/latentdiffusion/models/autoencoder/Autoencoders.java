/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.autoencoder;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.tiny.AutoencoderTiny;
import sc.fiji.latentdiffusion.models.vae.AutoencoderKL;
import sc.fiji.latentdiffusion.models.vae.VaeConfig;
import sc.fiji.latentdiffusion.models.vae.VaeLatents;
import sc.fiji.latentdiffusion.models.vae.VaeMemory;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The autoencoders of models, by the class that their config names: {@code AutoencoderKL}, {@code
 * VQModel} or {@code AutoencoderTiny}. Whether there are quant convolutions, attention in the
 * middle or a codebook, and how many channels latents have, the tensors tell.
 */
public final class Autoencoders {

  /** The class of a variational autoencoder. */
  public static final String KL = "AutoencoderKL";

  private static final String VQ = "VQModel";
  private static final String TINY = "AutoencoderTiny";
  private static final String CLASS = "_class_name";

  /** All classes. */
  public static final List<String> CLASSES = List.of(KL, VQ, TINY);

  private Autoencoders() {}

  private static boolean isTiny(Config config) {
    return config.text(CLASS, KL).equals(TINY);
  }

  /**
   * Checks by its settings alone whether an autoencoder can be run.
   *
   * @param model that it belongs to
   * @param component its name
   * @throws IOException if it can't, naming the setting
   */
  public static void check(Model model, String component) throws IOException {
    Config config = model.config(component);
    String found = config.text(CLASS, KL);
    if (!CLASSES.contains(found)) {
      throw new IOException(
          "The component "
              + component
              + " of "
              + model.path()
              + " is a "
              + found
              + "; expected one of "
              + String.join(", ", CLASSES)
              + ". Choose another model, or name another autoencoder in vae.");
    }
    if (isTiny(config)) AutoencoderTiny.check(config);
    else VaeConfig.check(config);
  }

  /**
   * Returns the number of channels of an autoencoder's latents by its settings.
   *
   * @return empty if they do not say
   */
  public static Optional<Integer> channels(Config config) {
    for (String key : List.of("vq_embed_dim", "latent_channels")) {
      boolean isUsed = config.text(CLASS, KL).equals(VQ) || !key.startsWith("vq");
      if (isUsed && config.has(key)) return Optional.of(config.integer(key));
    }
    return Optional.empty();
  }

  /**
   * Describes the latents of a model's autoencoder; headers of its files are read.
   *
   * @param model that it belongs to
   * @param component its name
   * @param usualScale scaling factor of the autoencoders of the model's family, whose colours the
   *     latents of a small autoencoder have
   * @param tinyDecoder name of the small decoder of the model's family; empty if there is none
   * @throws IOException if its tensors are no autoencoder's
   */
  public static LatentSpace latents(
      Model model, String component, double usualScale, Optional<String> tinyDecoder)
      throws IOException {
    Config config = model.config(component);
    Map<String, StoredTensor> tensors = model.tensors(component);
    if (!isTiny(config)) {
      return VaeLatents.of(config, tensors, VaeMemory.of(tensors, 1).factor(), tinyDecoder);
    }
    return AutoencoderTiny.latents(tensors, VaeLatents.colours(usualScale, List.of()), tinyDecoder);
  }

  /**
   * Estimates the memory that a model's autoencoder takes beside its weights; headers are read.
   *
   * @param model that it belongs to
   * @param component its name
   * @throws IOException if its tensors are no autoencoder's
   */
  public static Declaration.Work work(Model model, String component) throws IOException {
    Map<String, StoredTensor> tensors = model.tensors(component);
    if (isTiny(model.config(component))) {
      return (width, height, bytes) ->
          AutoencoderTiny.bytesPerPixel(tensors, bytes) * width * height;
    }
    VaeMemory memory = VaeMemory.of(tensors, 1);
    return (width, height, bytes) -> memory.times(bytes).bytes(width, height);
  }

  /**
   * Builds a model's autoencoder; its weights are read when they are needed.
   *
   * @param files of the model
   * @param component its name
   * @param space of its latents
   * @param with device, precision
   * @throws IOException if a tensor is missing or left over, or the config asks for something that
   *     is not supported
   */
  public static Autoencoder load(Model files, String component, LatentSpace space, Loading with)
      throws IOException {
    return isTiny(files.config(component))
        ? AutoencoderTiny.of(files, component, space, with)
        : AutoencoderKL.of(files, component, space, with);
  }
}
