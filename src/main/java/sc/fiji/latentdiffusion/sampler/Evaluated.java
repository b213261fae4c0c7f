/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * The results of one evaluation of the network. All arrays have the latents' shape {@code [b,
 * channels, height, width]}, are float32, belong to the sampler and are valid until its next
 * evaluation; two of them may be the same array. Users that need one for longer copy it.
 *
 * @param evaluation the row of the plan
 * @param sample x_n, the sample before the evaluation, not scaled
 * @param noise the noise in it as the network predicts it, ε̂, after guidance
 * @param predOriginalSample the data in it as the network predicts them, x̂0
 * @param next x_(n+1), the sample after the evaluation
 * @param halves of the noise, before guidance joins them
 * @param attention of the denoiser, as far as it was asked for
 */
public record Evaluated(
    Evaluation evaluation,
    NDArray sample,
    NDArray noise,
    NDArray predOriginalSample,
    NDArray next,
    Halves halves,
    Attention attention) {

  /**
   * Where a denoiser looks with the prompt: means over its attention layers and their heads.
   *
   * @param words the attention to each token that was asked for, {@code [b, tokens, h, w]}; all
   *     tokens together have 1 at each place
   * @param point the attention of a point, {@code [b, 1, h, w]}; its mean is 1
   */
  public record Attention(Optional<NDArray> words, Optional<NDArray> point) {

    /** Nothing was asked for. */
    public static final Attention NONE = new Attention(Optional.empty(), Optional.empty());

    private Attention answer(int index) {
      return new Attention(
          words.map(all -> Answer.of(all, index)), point.map(all -> Answer.of(all, index)));
    }
  }

  /**
   * The two halves of a prediction, before guidance joins them.
   *
   * @param conditional of the prompt
   * @param unconditional of the negative prompt; empty without guidance
   */
  public record Halves(NDArray conditional, Optional<NDArray> unconditional) {

    private Halves answer(int index) {
      return new Halves(
          Answer.of(conditional, index), unconditional.map(half -> Answer.of(half, index)));
    }
  }

  /** The results of an evaluation without guidance, whose only half is the noise itself. */
  public Evaluated(
      Evaluation evaluation,
      NDArray sample,
      NDArray noise,
      NDArray predOriginalSample,
      NDArray next) {
    this(
        evaluation,
        sample,
        noise,
        predOriginalSample,
        next,
        new Halves(noise, Optional.empty()),
        Attention.NONE);
  }

  /**
   * Returns the results of one answer of the batch.
   *
   * @param index from 0
   * @return arrays of a batch of 1, valid as long as these
   */
  public Evaluated answer(int index) {
    return sample.getShape().get(0) == 1
        ? this
        : new Evaluated(
            evaluation,
            Answer.of(sample, index),
            Answer.of(noise, index),
            Answer.of(predOriginalSample, index),
            Answer.of(next, index),
            halves.answer(index),
            attention.answer(index));
  }
}
