/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.engine.Threads;
import sc.fiji.latentdiffusion.models.SeenChannels;
import sc.fiji.latentdiffusion.sampler.Answer;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.sampler.Sampler;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * Runs of several pictures that are predicted together: the denoiser sees all of them in one batch.
 * Everything else – noise, known regions, steps, encoding and decoding – is done for each alone, as
 * in a run of its own.
 *
 * <p>The numbers of a picture do not depend on the others, nor on how many there are. PyTorch cuts
 * a batch into a share for each thread, and sums over a picture by shares; so the batch is filled
 * up with copies of its last picture to a multiple of the threads, two at least, and each picture
 * lies whole within a share. On a graphics card, whose sums depend on the size of the batch, it is
 * filled up to the most that is asked for. From a run alone, the numbers may differ in their last
 * bits.
 */
public final class Together {

  /** The most pictures of which nobody has asked for a number. */
  private static final int USUAL = 8;

  /** The most pixels of such pictures. */
  private static final long MOST_PIXELS = 512L * 512;

  private final LatentDiffusion model;
  private final int most;
  private final List<? extends Lockstep.Slice> slices;
  private final List<Given> given = new ArrayList<>();
  private final List<Sampler> samplers = new ArrayList<>();

  /**
   * @param model of all runs
   * @param most that are predicted at once, the same for all pictures of a size
   * @param slices whose runs fit one another, no more than that; they stay open
   */
  public Together(LatentDiffusion model, int most, List<? extends Lockstep.Slice> slices) {
    this.model = model;
    this.most = most;
    this.slices = slices;
  }

  /** Returns whether two runs can be predicted together; a run with itself, whether it can be. */
  public static boolean fit(Run one, Run other) {
    return one.canJoin() && other.canJoin() && one.isLike(other);
  }

  /**
   * Returns how many pictures are predicted at once where nobody has asked for a number: few large
   * ones, which leave no thread idle alone; a multiple of the threads.
   *
   * @param request whose size counts
   */
  public static int usual(Request request) {
    int share = share();
    long fitting = MOST_PIXELS / ((long) request.width() * request.height());
    return (int) Math.min(fitting, Math.max(USUAL, share)) / share * share;
  }

  private static int share() {
    return Math.max(2, Threads.present());
  }

  /** Returns the size of a batch that is filled up. */
  static int filled(int samples, int share) {
    return (samples + share - 1) / share * share;
  }

  /** Runs all slices to their ends, without finishing them. */
  public void run() {
    List<SeenChannels> seen = new ArrayList<>();
    for (Lockstep.Slice slice : slices) {
      slice.run().prepare();
      seen.add(slice.run().seenChannels());
      Given part = new Given();
      given.add(part);
      samplers.add(slice.run().begin(part));
    }
    Run first = slices.get(0).run();
    Guidance guidance = first.guidance(batch(), SeenChannels.joined(filled(seen)));
    double seconds = 0;
    for (Evaluation evaluation : first.plan().evaluations()) {
      long start = System.nanoTime();
      evaluate(guidance, evaluation);
      if (evaluation.index() > 0) seconds += (System.nanoTime() - start) / 1e9;
    }
    int later = first.size() - 1; // the first may take longer
    if (later > 0) first.speed().evaluated(seconds / later / slices.size(), first.request());
  }

  private int batch() {
    boolean isOnCpu = model.device().equals("cpu");
    return filled(slices.size(), isOnCpu ? share() : most);
  }

  private <T> List<T> filled(List<T> each) {
    List<T> all = new ArrayList<>(each);
    while (all.size() < batch()) all.add(each.get(each.size() - 1));
    return all;
  }

  private void evaluate(Guidance guidance, Evaluation evaluation) {
    List<NDArray> inputs = samplers.stream().map(Sampler::input).toList();
    try (NDManager local = model.manager().newSubManager()) {
      NDArray input = NDArrays.concat(new NDList(filled(inputs)));
      input.attach(local);
      NDArray output = guidance.predict(input, evaluation);
      model.networks().kernels().await(output);
      for (int i = 0; i < slices.size(); i++) {
        given.get(i).output = Answer.of(output, i);
        Evaluated evaluated = samplers.get(i).next();
        slices.get(i).accept(evaluated);
      }
    }
  }

  /** The part of a prediction that belongs to one run. */
  private static final class Given implements Sampler.Model {

    private NDArray output;

    @Override
    public NDArray predict(NDArray input, Evaluation evaluation) {
      NDArray own = output.duplicate();
      own.attach(input.getManager());
      return own;
    }
  }
}
