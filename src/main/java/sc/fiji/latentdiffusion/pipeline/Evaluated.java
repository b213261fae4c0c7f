package sc.fiji.latentdiffusion.pipeline;

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
 */
public record Evaluated(
    Evaluation evaluation,
    NDArray sample,
    NDArray noise,
    NDArray predOriginalSample,
    NDArray next,
    Halves halves) {

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
    this(evaluation, sample, noise, predOriginalSample, next, new Halves(noise, Optional.empty()));
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
            halves.answer(index));
  }
}
