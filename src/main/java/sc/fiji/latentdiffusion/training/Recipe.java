/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

/**
 * How a model is trained.
 *
 * @param steps of the optimiser in all
 * @param rank of the change
 * @param all whether feed-forward layers, projections and convolutions of the denoiser are trained
 *     beside its attention
 * @param words whether the attention of the text encoders is trained, too
 * @param size side of a crop in pixels
 * @param crops their total number; 0: by the size of the pictures
 * @param batch crops in a step
 * @param rate of learning
 * @param warmup steps in which the rate rises
 * @param snr γ of min-SNR (Hang et al. 2023, arXiv:2303.09556); 0: no weights
 * @param augment whether crops are turned and mirrored
 * @param seed of all draws, 0 … 2³² − 1
 */
public record Recipe(
    int steps,
    int rank,
    boolean all,
    boolean words,
    int size,
    int crops,
    int batch,
    double rate,
    int warmup,
    double snr,
    boolean augment,
    long seed) {

  /** The decay of weights in AdamW. */
  static final double DECAY = 0.01;

  /**
   * Returns the rate of a step: it rises evenly through the warm-up, then stays.
   *
   * @param step from 0
   */
  double rate(int step) {
    return rate * Math.min(1, (step + 1.0) / Math.max(1, warmup));
  }
}
