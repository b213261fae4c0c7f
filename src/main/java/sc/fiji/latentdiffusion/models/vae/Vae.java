package sc.fiji.latentdiffusion.models.vae;

import sc.fiji.latentdiffusion.models.LazyNetwork;

/**
 * Both halves of a model's VAE, in one precision.
 *
 * @param encoder from pictures to latents
 * @param decoder from latents to pictures
 */
public record Vae(LazyNetwork<VaeEncoder> encoder, LazyNetwork<VaeDecoder> decoder) {

  /** Returns what there is to know of it. */
  public VaeConfig config() {
    return decoder.outline().config();
  }
}
