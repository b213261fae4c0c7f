/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

/** Steers the denoiser by residuals, which are added to its inner results. */
public interface Steering {

  /**
   * Begins a run. Nothing is computed before the first evaluation.
   *
   * @param conditioning of the run; it must stay open
   * @param before number of evaluations of the whole run that were made before this one began
   * @param total number of evaluations of the whole run
   * @param run owns what lasts as long as the run
   */
  Session begin(Conditioning conditioning, int before, int total, NDManager run);

  /**
   * Returns whether it acts at an evaluation.
   *
   * @param evaluation of the whole run, from 0
   * @param total number of evaluations of the whole run
   */
  boolean acts(int evaluation, int total);

  /** The steering of one run. Not for use by several threads. */
  interface Session {

    /**
     * Returns the residuals of an evaluation; nothing where it does not act.
     *
     * @param sample noisy latents, {@code [b, c, h, w]}, float32
     * @return residuals to be closed by the caller
     */
    List<Residuals> residuals(NDArray sample, Evaluation evaluation);

    /**
     * Returns the steering of a part of the latents, as if they were the whole. It shares with this
     * session what does not depend on the place.
     *
     * @param view of the latents
     */
    Session of(View view);
  }
}
