/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * FLUX.1's transformer as a denoiser. It was trained to need no second half: dev takes the scale of
 * guidance as an input, schnell none.
 *
 * @param network whose weights are read at the first prediction
 * @param trainSteps timestep of noise alone
 */
record FluxDenoiser(LazyNetwork<FluxTransformer2DModel> network, int trainSteps)
    implements Denoiser {

  @Override
  public Takes takes() {
    boolean isInput = network.outline().takesGuidance();
    return new Takes(true, isInput ? GuidanceForm.INPUT : GuidanceForm.UNUSED, 0, 0);
  }

  @Override
  public double bytes() {
    return network.bytes();
  }

  @Override
  public Session begin(Conditioning conditioning, NDManager run) {
    return new FluxSession(this, conditioning, run);
  }

  /** The predictions of one run, which share the words of the prompts and the tokens' angles. */
  private static final class FluxSession implements Session {

    /** Width and height of latents. */
    private record Size(int width, int height) {}

    private final FluxDenoiser denoiser;
    private final Conditioning conditioning;
    private final NDManager run;
    private final Map<Size, NDArray> angles = new HashMap<>();
    private NDArray words;

    FluxSession(FluxDenoiser denoiser, Conditioning conditioning, NDManager run) {
      this.denoiser = denoiser;
      this.conditioning = conditioning;
      this.run = run;
    }

    /** Takes no residuals: the networks that give them steer other families. */
    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      double timestep = evaluation.timestep() * 1000 / denoiser.trainSteps();
      return denoiser
          .network()
          .use(transformer -> transformer.forward(x, timestep, prompted(transformer, x)));
    }

    private FluxTransformer2DModel.Prompted prompted(
        FluxTransformer2DModel transformer, NDArray x) {
      if (words == null) words = transformer.words(conditioning.states(), run);
      int text = (int) words.getShape().get(1);
      Size size = new Size((int) x.getShape().get(3), (int) x.getShape().get(2));
      NDArray turns =
          angles.computeIfAbsent(
              size, key -> transformer.angles(text, key.height(), key.width(), run));
      return new FluxTransformer2DModel.Prompted(
          words, conditioning.added(), conditioning.guidanceScale(), turns);
    }
  }
}
