/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.schedulers.Clipping;
import sc.fiji.latentdiffusion.schedulers.Correction;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * Runs a {@link Plan} over latents: one evaluation of the network per {@link #next()}.
 *
 * <p>Native memory: every evaluation has a scope of its own. The sample and, as far as the plan
 * looks back, earlier samples, outputs and noise move on into the next evaluation's scope, and the
 * old scope is closed with everything else in it. A run holds one evaluation at a time however long
 * it is. The arrays that an evaluation hands out change nothing: they are computed whether they are
 * used or not. Not for use by several threads.
 */
public final class Sampler implements Iterator<Evaluated>, AutoCloseable {

  /** The network, guidance included. */
  public interface Model {

    /**
     * The network's output for a scaled sample.
     *
     * @param input {@code inputScale · x}, {@code [b, channels, height, width]}, float32; must not
     *     be changed or closed
     * @param evaluation the row of the plan: its timestep is the network's
     * @return the output in the input's shape, float32, in the input's manager
     */
    NDArray predict(NDArray input, Evaluation evaluation);

    /**
     * The halves of the last output, as the network gives them, valid as long as its input.
     *
     * @return empty if the output is the only half
     */
    default Optional<Evaluated.Halves> halves() {
      return Optional.empty();
    }

    /** Where the network looked for the last output, valid as long as its input. */
    default Evaluated.Attention attention() {
      return Evaluated.Attention.NONE;
    }
  }

  /** A change of each sample before the network sees it. */
  public interface Constraint {

    /**
     * The sample that the network sees.
     *
     * @param sample {@code [b, channels, height, width]}, float32; not to be changed
     * @param evaluation the row of the plan whose sample it is
     * @return the sample itself, or one that belongs to its manager
     */
    NDArray apply(NDArray sample, Evaluation evaluation);
  }

  private final Plan plan;
  private final NoiseBatch noise;
  private final Kernels kernels;
  private final LatentKernels sums;
  private final Model model;
  private final Constraint constraint;
  private final NDManager manager;
  private final Deque<NDArray> samples = new ArrayDeque<>();
  private final Deque<NDArray> outputs = new ArrayDeque<>();
  private final Deque<NDArray> draws = new ArrayDeque<>();

  private NDManager scope;
  private NDArray sample;
  private NDArray x;
  private NDArray input; // null until it is asked for
  private NDArray out;
  private NDArray data;
  private int index;

  /**
   * A run that has not begun.
   *
   * @param plan the table to run; may be empty
   * @param start the first sample, {@code [b, channels, height, width]}, float32; stays the
   *     caller's and unchanged
   * @param noise of each sample of the batch, continued by methods that add noise
   * @param kernels compute the samples
   * @param model the network
   */
  public Sampler(Plan plan, NDArray start, NoiseBatch noise, Kernels kernels, Model model) {
    this(plan, start, noise, kernels, model, (sample, evaluation) -> sample);
  }

  /**
   * A run that has not begun, whose samples are held to a constraint.
   *
   * @param constraint applied to every sample before the network is evaluated
   */
  public Sampler(
      Plan plan,
      NDArray start,
      NoiseBatch noise,
      Kernels kernels,
      Model model,
      Constraint constraint) {
    this.plan = plan;
    this.noise = noise;
    this.kernels = kernels;
    sums = new LatentKernels(kernels);
    this.model = model;
    this.constraint = constraint;
    manager = start.getManager().newSubManager();
    scope = manager.newSubManager();
    sample = start.duplicate();
    sample.attach(scope);
  }

  @Override
  public boolean hasNext() {
    return index < plan.evaluations().size();
  }

  /**
   * Evaluates the network once and makes the next sample.
   *
   * @return its results; valid until the next call
   * @throws NoSuchElementException if the plan is at its end
   */
  @Override
  public Evaluated next() {
    predict();
    return step();
  }

  /**
   * Returns what the network will see at the next evaluation.
   *
   * @return {@code [b, channels, height, width]}, float32; not to be changed, valid until the
   *     evaluation after it
   * @throws NoSuchElementException if the plan is at its end
   */
  public NDArray input() {
    if (!hasNext()) throw new NoSuchElementException("The plan has no further evaluation.");
    if (input != null) return input;
    Evaluation evaluation = plan.evaluations().get(index);
    enterNewScope();
    x = constraint.apply(sample, evaluation);
    return input = scaled(x, evaluation.inputScale());
  }

  /**
   * Evaluates the network, the first half of an evaluation.
   *
   * @return x̂0, valid until the {@link #step(NDArray)}
   */
  public NDArray predict() {
    NDArray seen = input();
    input = null;
    Evaluation evaluation = plan.evaluations().get(index);
    out = model.predict(seen, evaluation);
    return data = data(evaluation, x, out);
  }

  /**
   * The second half of an evaluation, as if the network had predicted other data: the output
   * becomes {@code out + (x̂0' − x̂0) / e}, where {@code x̂0 = d x + e out}, and noise and history
   * follow. Nothing changes if e is 0.
   *
   * @param changed x̂0', of the shape of x̂0; stays the caller's and unchanged
   */
  public Evaluated step(NDArray changed) {
    double weight = plan.evaluations().get(index).predOriginalSample().output();
    if (weight != 0) {
      out = plus(out, 1 / weight, plus(changed, -1, data));
      data = sums.scaled(scope, changed, 1);
    }
    return step();
  }

  private Evaluated step() {
    Evaluation evaluation = plan.evaluations().get(index);
    NDArray eps = combined(evaluation.noise(), x, out);
    Optional<Evaluated.Halves> halves = model.halves().map(of -> noise(of, evaluation, x));
    outputs.addFirst(model(evaluation, x, out, data));
    samples.addFirst(x);
    keep(corrected(evaluation.correction()));
    if (!evaluation.noiseWeights().isEmpty()) draws.addFirst(draw(evaluation));
    sample = nextSample(evaluation);
    forget();
    index++;
    return new Evaluated(
        evaluation,
        x,
        eps,
        data,
        sample,
        halves.orElse(new Evaluated.Halves(eps, Optional.empty())),
        model.attention());
  }

  /** ε̂ of each half. */
  private Evaluated.Halves noise(Evaluated.Halves out, Evaluation evaluation, NDArray x) {
    return new Evaluated.Halves(
        combined(evaluation.noise(), x, out.conditional()),
        out.unconditional().map(half -> combined(evaluation.noise(), x, half)));
  }

  /**
   * The present sample: the start before the first evaluation, the final latents after the last.
   *
   * @return {@code [b, channels, height, width]}, float32; valid until the next evaluation or
   *     {@link #close()}
   */
  public NDArray sample() {
    return sample;
  }

  /** Frees everything, whether the run is at its end or not. */
  @Override
  public void close() {
    manager.close();
  }

  /** Moves the results that the plan still needs to a new scope and frees the rest. */
  private void enterNewScope() {
    NDManager next = manager.newSubManager();
    sample.attach(next);
    for (Deque<NDArray> history : List.of(samples, outputs, draws))
      for (NDArray array : history) array.attach(next);
    scope.close();
    scope = next;
  }

  /** x̂0, clipped if the plan says so. */
  private NDArray data(Evaluation evaluation, NDArray x, NDArray out) {
    NDArray data = combined(evaluation.predOriginalSample(), x, out);
    return evaluation.clipping().map(limit -> clipped(data, limit)).orElse(data);
  }

  private NDArray clipped(NDArray data, Clipping limit) {
    return limit.isDynamic()
        ? sums.clippedByQuantile(scope, data, limit.range(), limit.quantile())
        : sums.clipped(scope, data, limit.range());
  }

  /** The history entry m. */
  private NDArray model(Evaluation evaluation, NDArray x, NDArray out, NDArray data) {
    OutputWeights weights = evaluation.model();
    if (evaluation.clipping().isPresent())
      return plus(combined(weights, x, out), evaluation.clipping().get().dataWeight(), data);
    return weights.equals(evaluation.predOriginalSample()) ? data : combined(weights, x, out);
  }

  /** Keeps a sample in place of the present one. */
  private void keep(NDArray corrected) {
    samples.removeFirst();
    samples.addFirst(corrected);
  }

  private NDArray corrected(Correction correction) {
    NDArray total = plus(null, correction.sampleWeights(), samples);
    total = plus(total, correction.modelWeights(), outputs);
    return plus(total, correction.noiseWeights(), draws);
  }

  private NDArray nextSample(Evaluation evaluation) {
    NDArray total = plus(null, evaluation.sampleWeights(), samples);
    total = plus(total, evaluation.modelWeights(), outputs);
    total = plus(total, evaluation.noiseWeights(), draws);
    return total == null ? sample.zerosLike() : total;
  }

  private NDArray draw(Evaluation evaluation) {
    int n = Math.toIntExact(sample.size() / noise.size());
    float[] z =
        evaluation
            .increment()
            .map(time -> noise.increment(n, time.from(), time.to()))
            .orElseGet(() -> noise.randn(n));
    return kernels.create(scope, z, sample.getShape());
  }

  private void forget() {
    shorten(samples, plan.sampleHistory());
    shorten(outputs, plan.modelHistory());
    shorten(draws, plan.noiseHistory());
  }

  private static void shorten(Deque<NDArray> history, int length) {
    while (history.size() > length) history.removeLast();
  }

  private NDArray scaled(NDArray array, double weight) {
    return weight == 1 ? array : sums.scaled(scope, array, (double) (float) weight);
  }

  private NDArray combined(OutputWeights weights, NDArray x, NDArray out) {
    return plus(plus(null, weights.sample(), x), weights.output(), out);
  }

  /** The newest stand first in both. */
  private NDArray plus(NDArray total, List<Double> weights, Deque<NDArray> history) {
    Iterator<NDArray> arrays = history.iterator();
    for (double weight : weights) total = plus(total, weight, arrays.next());
    return total;
  }

  private NDArray plus(NDArray total, double weight, NDArray array) {
    if (weight == 0) return total;
    if (total == null) return scaled(array, weight);
    return sums.plusScaled(scope, total, array, (double) (float) weight);
  }
}
