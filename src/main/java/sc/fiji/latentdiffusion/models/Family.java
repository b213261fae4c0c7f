/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelKind;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * A kind of latent diffusion model, declared once; other packages ask it. One folder a family,
 * found by {@code @Plugin(type = Family.class)}; needs a public constructor without parameters.
 */
public interface Family extends ModelKind {

  /**
   * Declares a model.
   *
   * @param model one that {@linkplain #fits fits}; its settings and the headers of its weights are
   *     read
   * @throws IOException if a file is missing, or not one of this family
   */
  Declaration declare(Model model) throws IOException;

  /**
   * Returns the noise schedule that schedulers plan by. Only the model's settings are read.
   *
   * @param model one that {@linkplain #fits fits}
   * @throws IOException if its settings can't be read
   * @throws IllegalArgumentException if a value in them is wrong; the message names it
   */
  NoiseSchedule noiseSchedule(Model model) throws IOException;

  /**
   * Returns how a model takes the scale of guidance, as its denoiser's {@link Takes} say once it is
   * loaded. Only the model's settings are read.
   *
   * @param model one that {@linkplain #fits fits}
   * @throws IOException if its settings can't be read
   */
  default GuidanceForm guidance(Model model) throws IOException {
    return GuidanceForm.JOINED;
  }

  /**
   * Returns the names of its kinds by the width of their conditioning: add-ons that were made for
   * one of them are named so.
   */
  default Map<Integer, String> kinds() {
    return Map.of();
  }

  /**
   * Returns the tokenizers of a model, in the order of its text encoders; empty if the family has
   * no tokens.
   *
   * @param model one that {@linkplain #fits fits}
   */
  default List<PromptTokenizer> tokenizers(Model model) {
    return List.of();
  }

  /** Returns the names of the small decoders that {@link LatentSpace#tinyDecoder} may give. */
  default List<String> tinyDecoders() {
    return List.of();
  }

  /**
   * Builds a model's networks from the headers of their files. Each network's weights are read at
   * its first use.
   *
   * @param files of the model
   * @param declaration as {@link #declare} gives it
   * @param with device, precision, changes of weights
   * @return the model; it is closed before the manager of {@code with}
   * @throws IOException if a part is missing, or parts do not belong together
   */
  LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException;
}
