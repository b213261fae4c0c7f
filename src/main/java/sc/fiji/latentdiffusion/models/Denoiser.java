/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

/** Predicts from noisy latents, without guidance. */
public interface Denoiser {

  /** None, of a model that is an autoencoder alone. */
  Denoiser NONE =
      new Denoiser() {
        @Override
        public Takes takes() {
          return Takes.NOTHING;
        }

        @Override
        public double bytes() {
          return 0;
        }

        @Override
        public Session begin(Conditioning conditioning, NDManager run) {
          throw new IllegalStateException("An autoencoder alone predicts nothing.");
        }
      };

  /** Returns its inputs beside latents and timestep. */
  Takes takes();

  /** Returns how many bytes its weights take in memory. */
  double bytes();

  /** Returns whether its sessions show their attention to a probe that {@link Session#watch}es. */
  default boolean showsAttention() {
    return false;
  }

  /**
   * Begins a run. Nothing is computed before the first prediction.
   *
   * @param conditioning of the run; it must stay open
   * @param run owns what lasts as long as the run, such as keys and values of the prompts
   * @return the run's predictions
   */
  Session begin(Conditioning conditioning, NDManager run);

  /** The predictions of one run. Not for use by several threads. */
  interface Session {

    /**
     * Predicts.
     *
     * @param x scaled noisy latents, {@code [b, c, h, w]}, float32, one batch entry for each of the
     *     conditioning
     * @param evaluation gives the timestep
     * @param residuals of networks that steer it, any number; they stay open
     * @return the output (noise, velocity or sample, as trained), {@code [b, c, h, w]}, float32, of
     *     the manager of x
     */
    NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals);

    /**
     * Predicts, and keeps the inner states that {@link #predictFromKept} takes over, until the next
     * such prediction or the end of the run. A family overrides both if it declares {@link
     * Declaration#keptChannels}.
     *
     * @param x as {@link #predict(NDArray, Evaluation, List)} takes it
     * @param evaluation gives the timestep
     * @param residuals of networks that steer it, any number; they stay open
     * @return the same output, to the bit
     * @throws UnsupportedOperationException if it keeps none
     */
    default NDArray predictKeeping(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      throw new UnsupportedOperationException("This kind of model keeps no inner states.");
    }

    /**
     * Predicts by the inner states of the last {@link #predictKeeping}, which change slowly from
     * step to step, and computes only what lies around them (Ma et al. 2024, DeepCache,
     * arXiv:2312.00858).
     *
     * @param x as {@link #predict(NDArray, Evaluation, List)} takes it, of the same shape
     * @param evaluation gives the timestep
     * @return about the output of {@link #predict(NDArray, Evaluation, List)}, residuals included
     * @throws UnsupportedOperationException if it keeps none
     */
    default NDArray predictFromKept(NDArray x, Evaluation evaluation) {
      throw new UnsupportedOperationException("This kind of model keeps no inner states.");
    }

    /**
     * Predicts at a timestep for each batch entry, as in training. A denoiser that can't be trained
     * need not override this.
     *
     * @param x scaled noisy latents, {@code [b, c, h, w]}, float32
     * @param timesteps b of them
     * @return the output, {@code [b, c, h, w]}, float32, of the manager of x
     * @throws UnsupportedOperationException if it can't
     */
    default NDArray predict(NDArray x, double[] timesteps) {
      throw new UnsupportedOperationException(
          "This kind of model takes one timestep for all pictures, so it can't be trained."
              + " Choose another model.");
    }

    /**
     * Shows a probe every later prediction. A denoiser without attention need not override this.
     *
     * @param probe is begun before each prediction
     */
    default void watch(AttentionProbe probe) {}

    /**
     * Returns the predictions for a part of the latents, as if they were the whole. They share with
     * this session what does not depend on the place. A denoiser that takes no further channels
     * need not override this.
     *
     * @param view of the latents
     */
    default Session of(View view) {
      return this;
    }
  }
}
