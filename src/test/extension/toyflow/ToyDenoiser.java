/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

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
 * Noisy latents to velocities.
 *
 * @param network whose weights are read at the first prediction
 * @param trainSteps timestep of noise alone
 */
record ToyDenoiser(LazyNetwork<ToyTransformer> network, int trainSteps) implements Denoiser {

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
    return new ToySession(this, conditioning, run);
  }

  /** The predictions of one run, which share the means of the prompts. */
  private static final class ToySession implements Session {

    private final ToyDenoiser denoiser;
    private final Conditioning conditioning;
    private final NDManager run;
    private NDArray means;

    ToySession(ToyDenoiser denoiser, Conditioning conditioning, NDManager run) {
      this.denoiser = denoiser;
      this.conditioning = conditioning;
      this.run = run;
    }

    /** Takes no residuals: the networks that give them steer other families. */
    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      double t = evaluation.timestep() / denoiser.trainSteps();
      return denoiser
          .network()
          .use(
              transformer -> {
                if (means == null) means = transformer.means(conditioning.states(), run);
                return transformer.velocity(x, means, t);
              });
    }
  }
}
