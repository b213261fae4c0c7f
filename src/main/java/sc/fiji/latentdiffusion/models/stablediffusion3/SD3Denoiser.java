/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * The transformer of Stable Diffusion 3 as a denoiser.
 *
 * @param network whose weights are read at the first prediction
 */
record SD3Denoiser(LazyNetwork<SD3Transformer2DModel> network) implements Denoiser {

  @Override
  public Takes takes() {
    return Takes.PROMPTS;
  }

  @Override
  public double bytes() {
    return network.bytes();
  }

  @Override
  public Session begin(Conditioning conditioning, NDManager run) {
    return new SD3Session(network, conditioning, run);
  }

  /** The predictions of one run, which makes tokens of the prompts once. */
  private static final class SD3Session implements Session {

    private final LazyNetwork<SD3Transformer2DModel> network;
    private final Conditioning conditioning;
    private final NDManager run;
    private NDArray tokens;

    SD3Session(
        LazyNetwork<SD3Transformer2DModel> network, Conditioning conditioning, NDManager run) {
      this.network = network;
      this.conditioning = conditioning;
      this.run = run;
    }

    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      return network.use(
          transformer -> {
            if (tokens == null) tokens = transformer.context(conditioning.states(), run);
            return transformer.forward(x, evaluation.timestep(), tokens, conditioning.added());
          });
    }
  }
}
