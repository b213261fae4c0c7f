/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * How a user names a model.
 *
 * @param model empty or the name of a {@link BuiltIn} model; else the name of a folder or file in
 *     the models folder, or the path of one
 * @param vae empty for the model's own autoencoder; else an autoencoder alone, or a model that has
 *     one, named as a model is
 * @param encoders empty for the model's own text encoders; else files or folders of text encoders,
 *     with commas between them
 */
public record ModelNames(String model, String vae, String encoders) {

  /** Trims the names; none is null. */
  public ModelNames {
    model = model == null ? "" : model.trim();
    vae = vae == null ? "" : vae.trim();
    encoders = encoders == null ? "" : encoders.trim();
  }

  /** A model with its own parts. */
  public static ModelNames of(String model) {
    return new ModelNames(model, "", "");
  }

  /** Returns the names of the text encoders, trimmed. */
  List<String> encoderNames() {
    return Stream.of(encoders.split(",")).map(String::trim).filter(n -> !n.isEmpty()).toList();
  }
}
