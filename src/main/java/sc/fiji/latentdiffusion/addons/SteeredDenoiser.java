/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.caching.WholeEvaluations;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

/**
 * The predictions of one run's denoiser, steered by add-ons. Not for use by several threads.
 *
 * @param session of the denoiser
 * @param steering of the same run
 * @param whole evaluations; in the others no add-on is computed
 */
public record SteeredDenoiser(
    Denoiser.Session session, List<Steering.Session> steering, WholeEvaluations whole) {

  /** Copies the list. */
  public SteeredDenoiser {
    steering = List.copyOf(steering);
  }

  /** Returns the predictions for a part of the latents, as if they were the whole. */
  public SteeredDenoiser of(View view) {
    return new SteeredDenoiser(
        session.of(view), steering.stream().map(one -> one.of(view)).toList(), whole);
  }

  /**
   * Predicts, as {@link Denoiser.Session#predict}.
   *
   * @param sample noisy latents, {@code [b, c, h, w]}, float32
   */
  public NDArray predict(NDArray sample, Evaluation evaluation) {
    if (whole.reuses(evaluation)) return session.predictFromKept(sample, evaluation);
    List<Residuals> residuals = new ArrayList<>();
    try {
      for (Steering.Session one : steering) residuals.addAll(one.residuals(sample, evaluation));
      return whole.isAnyReused()
          ? session.predictKeeping(sample, evaluation, residuals)
          : session.predict(sample, evaluation, residuals);
    } finally {
      residuals.forEach(Residuals::close);
    }
  }
}
