package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Networks;
import sc.fiji.latentdiffusion.models.Prompt;
import sc.fiji.latentdiffusion.schedulers.Step;

/**
 * The U-Net under classifier-free guidance (Ho and Salimans 2022): {@code ε = ε_uncond + g (ε_cond
 * − ε_uncond)}, both halves in one batch; with {@code g ≤ 1} the conditional half alone, and so
 * where the U-Net is told {@code g} itself.
 */
final class Denoiser implements Sampler.Model {

  private final Networks networks;
  private final double guidanceScale;
  private final Conditioning conditioning;
  private final NDArray moreChannels;

  /**
   * @param networks of the model
   * @param request says guidance, prompts and the picture's size
   * @param moreChannels {@code [1, n, h, w]} that the U-Net takes behind the latents; null for none
   * @param manager owns the conditioning
   */
  Denoiser(Networks networks, Request request, NDArray moreChannels, NDManager manager) {
    this.networks = networks;
    this.moreChannels = moreChannels;
    guidanceScale = request.guidance();
    Prompt negative = isGuided() ? request.prompting().of(request.negative()) : null;
    Prompt prompt = request.prompting().of(request.prompt());
    conditioning =
        networks
            .promptEncoder()
            .encode(negative, prompt, request.width(), request.height(), manager)
            .withGuidanceScale(guidanceScale);
  }

  private boolean isGuided() {
    return guidanceScale > 1 && !networks.unet().knowsGuidance();
  }

  @Override
  public NDArray predict(NDArray input, Step step) {
    if (moreChannels == null) return guided(input, step);
    try (NDArray whole = input.concat(moreChannels, 1)) {
      return guided(whole, step);
    }
  }

  private NDArray guided(NDArray input, Step step) {
    if (!isGuided()) {
      return networks.unet().forward(input, step.timestep(), conditioning);
    }
    try (NDArray twice = input.concat(input);
        NDArray both = networks.unet().forward(twice, step.timestep(), conditioning)) {
      return networks.kernels().call(input.getManager(), "guide", both, guidanceScale);
    }
  }
}
