package sc.fiji.latentdiffusion.models;

/** The part that a component plays in a model. */
public enum Role {
  /** Predicts from noisy latents. */
  DENOISER,
  /** Turns pictures into latents and back. */
  AUTOENCODER,
  /** Turns tokens into the states that condition the denoiser. */
  TEXT_ENCODER,
  /** Turns words into tokens. */
  TOKENIZER,
  /** Holds the settings of the noise schedule. */
  SCHEDULER
}
