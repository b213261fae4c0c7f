package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.CLIPTokenizer;
import sc.fiji.latentdiffusion.models.StableDiffusion;
import sc.fiji.latentdiffusion.schedulers.Step;

/**
 * The U-Net under classifier-free guidance (Ho and Salimans 2022): {@code ε = ε_uncond + g (ε_cond
 * − ε_uncond)}, both halves in one batch; with {@code g ≤ 1} the conditional half alone.
 */
final class Denoiser implements Sampler.Model {

  private final StableDiffusion networks;
  private final double guidanceScale;
  private final NDArray promptEmbeds;

  /**
   * @param networks of the model
   * @param guidanceScale g
   * @param prompt tokens of what should be seen
   * @param negative tokens of what should not
   * @param manager owns the conditioning
   */
  Denoiser(
      StableDiffusion networks,
      double guidanceScale,
      CLIPTokenizer.Tokens prompt,
      CLIPTokenizer.Tokens negative,
      NDManager manager) {
    this.networks = networks;
    this.guidanceScale = guidanceScale;
    promptEmbeds =
        networks.promptEmbeds(isGuided() ? List.of(negative, prompt) : List.of(prompt), manager);
  }

  private boolean isGuided() {
    return guidanceScale > 1;
  }

  @Override
  public NDArray predict(NDArray input, Step step) {
    if (!isGuided()) {
      return networks.unet().forward(input, step.timestep(), promptEmbeds);
    }
    try (NDArray twice = input.concat(input);
        NDArray both = networks.unet().forward(twice, step.timestep(), promptEmbeds)) {
      return networks.kernels().call(input.getManager(), "guide", both, guidanceScale);
    }
  }
}
