/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

/** The part that a component plays in a model, and with it the files that its folder holds. */
public enum Role {
  /** Turns words into tokens. */
  TOKENIZER("tokenizer_config.json", false),
  /** Holds the settings of the noise schedule. */
  SCHEDULER("scheduler_config.json", false),
  /** Turns tokens, or another input, into the conditioning of the denoiser. */
  TEXT_ENCODER("config.json", true),
  /** Predicts from noisy latents. */
  DENOISER("config.json", true),
  /** Turns pictures into latents and back. */
  AUTOENCODER("config.json", true);

  private final String configName;
  private final boolean network;

  Role(String configName, boolean network) {
    this.configName = configName;
    this.network = network;
  }

  /** Returns the name of the file with its settings, as diffusers writes it. */
  public String configName() {
    return configName;
  }

  /** Returns whether it is a network, whose folder holds weights. */
  public boolean isNetwork() {
    return network;
  }
}
