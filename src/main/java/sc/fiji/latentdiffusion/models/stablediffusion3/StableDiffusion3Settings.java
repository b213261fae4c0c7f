/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.t5.T5EncoderModel;

/**
 * Checks by its settings alone whether a model is one of Stable Diffusion 3 that can be run. The
 * networks themselves check their settings by the same rules.
 */
final class StableDiffusion3Settings {

  private StableDiffusion3Settings() {}

  /**
   * Checks.
   *
   * @throws IOException if it can't be run, naming the setting
   */
  static void check(Model model) throws IOException {
    List<Component> clips =
        List.of(StableDiffusion3Files.TEXT_ENCODER, StableDiffusion3Files.TEXT_ENCODER_2);
    for (Component clip : clips) {
      requireComponent(model, clip);
      CLIPTextModel.check(model.config(clip.name()));
    }
    String t5 = StableDiffusion3Files.TEXT_ENCODER_3.name();
    if (model.has(t5)) T5EncoderModel.check(model.config(t5));
    SD3Transformer2DModel.check(model.config(StableDiffusion3Files.TRANSFORMER.name()));
    requireComponent(model, StableDiffusion3Files.VAE);
    Autoencoders.check(model, StableDiffusion3Files.VAE.name());
    StableDiffusion3.schedule(model); // refuses wrong values
  }

  private static void requireComponent(Model model, Component component) throws IOException {
    if (model.named().contains(component.name())) return;
    throw new IOException(
        "The model "
            + model.path()
            + " lacks the component "
            + component.name()
            + "; expected both CLIP text encoders and a VAE beside the transformer of Stable"
            + " Diffusion 3, and T5 if it has one. Copy or download the whole model again.");
  }
}
