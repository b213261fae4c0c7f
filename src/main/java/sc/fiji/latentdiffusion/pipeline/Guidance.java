package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Function;
import sc.fiji.latentdiffusion.addons.controlnet.Controls;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversion;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.clip.Prompt;
import sc.fiji.latentdiffusion.models.unet.ControlResiduals;
import sc.fiji.latentdiffusion.models.unet.KeyValueCache;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * The U-Net under classifier-free guidance (Ho and Salimans 2022): {@code ε = ε_uncond + g (ε_cond
 * − ε_uncond)}, both halves in one batch; with {@code g ≤ 1} the conditional half alone, and so
 * where the U-Net is told {@code g} itself.
 */
final class Guidance implements Sampler.Model {

  private final LoadedModel networks;
  private final double guidanceScale;
  private final Conditioning conditioning;
  private final Controls controls;
  private final NDArray moreChannels;
  private final NDManager manager;
  private KeyValueCache context;

  /**
   * @param model its networks, and the textual inversions that prompts may name
   * @param request says guidance, prompts and the picture's size
   * @param controls gives what steers the U-Net, both halves alike, once prompts are encoded
   * @param moreChannels {@code [1, n, h, w]} that the U-Net takes behind the latents; null for none
   * @param manager owns the conditioning, and what networks make of it
   */
  Guidance(
      LatentDiffusion model,
      Request request,
      Function<Conditioning, Controls> controls,
      NDArray moreChannels,
      NDManager manager) {
    networks = model.networks();
    guidanceScale = request.guidance();
    this.moreChannels =
        moreChannels != null && isGuided() ? moreChannels.concat(moreChannels) : moreChannels;
    List<TextualInversion> learned = model.additions().inversions();
    Prompting prompting = request.prompting();
    Prompt negative = isGuided() ? prompting.of(request.negative()).with(learned) : null;
    Prompt prompt = prompting.of(request.prompt()).with(learned);
    conditioning =
        networks
            .conditioning(negative, prompt, request.width(), request.height(), manager)
            .withGuidanceScale(guidanceScale);
    this.controls = controls.apply(conditioning);
    this.manager = manager;
  }

  private boolean isGuided() {
    return guidanceScale > 1 && !networks.unet().outline().knowsGuidance();
  }

  @Override
  public NDArray predict(NDArray input, Evaluation evaluation) {
    if (!isGuided()) return output(input, evaluation);
    try (NDArray twice = input.concat(input);
        NDArray both = output(twice, evaluation)) {
      return new LatentKernels(networks.kernels()).guide(input.getManager(), both, guidanceScale);
    }
  }

  private NDArray output(NDArray sample, Evaluation evaluation) {
    List<ControlResiduals> residuals = controls.residuals(sample, evaluation);
    try {
      if (moreChannels == null) return output(sample, evaluation, residuals);
      try (NDArray whole = sample.concat(moreChannels, 1)) {
        return output(whole, evaluation, residuals);
      }
    } finally {
      residuals.forEach(ControlResiduals::close);
    }
  }

  private NDArray output(NDArray input, Evaluation evaluation, List<ControlResiduals> residuals) {
    return networks
        .unet()
        .use(unet -> unet.forward(input, evaluation.timestep(), context(unet), residuals));
  }

  /** Made by the first step, of all that follow. */
  private KeyValueCache context(UNet2DConditionModel unet) {
    if (context == null) context = unet.context(conditioning, manager);
    return context;
  }
}
