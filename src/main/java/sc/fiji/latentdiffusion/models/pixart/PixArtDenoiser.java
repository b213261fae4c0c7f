/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.models.prompts.PromptKernels;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * PixArt's transformer as a denoiser.
 *
 * @param network whose weights are read at the first prediction
 * @param masks of the prompts' padding
 */
record PixArtDenoiser(LazyNetwork<PixArtTransformer2DModel> network, PromptKernels masks)
    implements Denoiser {

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
    return new PixArtSession(this, conditioning, run);
  }

  /** The predictions of one run, which makes tokens of the prompts once. */
  private static final class PixArtSession implements Session {

    private final PixArtDenoiser denoiser;
    private final Conditioning conditioning;
    private final NDManager run;
    private NDArray words;
    private NDArray penalties;

    PixArtSession(PixArtDenoiser denoiser, Conditioning conditioning, NDManager run) {
      this.denoiser = denoiser;
      this.conditioning = conditioning;
      this.run = run;
    }

    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      return denoiser.network.use(
          transformer -> {
            if (words == null) encode(transformer);
            NDArray waves = conditioning.added();
            return transformer.forward(x, evaluation.timestep(), words, penalties, waves);
          });
    }

    private void encode(PixArtTransformer2DModel transformer) {
      words = transformer.words(conditioning.states(), run);
      int tokens = (int) words.getShape().get(1);
      penalties = denoiser.masks.penalties(conditioning.lengths(), tokens, run);
    }
  }
}
