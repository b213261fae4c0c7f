/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.addons.AddOnFiles;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Lockstep;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Together;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/**
 * Runs of several images that wait to be computed together ({@link Together}): those of equal
 * requests, but for the seed. Others, and those of several slices or areas, are computed alone. A
 * run that fails leaves the others as they are.
 */
public final class RunGroup {

  private final int batch;
  private final List<Waiting> waiting = new ArrayList<>();
  private Progress own = Progress.NONE;

  /**
   * @param batch the most images that are predicted at once; 0 for as many as suit their size
   */
  public RunGroup(int batch) {
    this.batch = batch;
  }

  /**
   * What became of a run.
   *
   * @param results of the run; none if it has failed
   * @param failure null if it has not
   */
  public record Outcome(Results results, Exception failure) {}

  private record Waiting(
      MacroCall call,
      Function<LatentDiffusion, ImageStart> start,
      Request request,
      AddOnFiles addOns,
      Stacks stacks,
      Progress progress) {}

  /** Takes the progress of the run that is added next, if it is computed alone. */
  public void progressOfNext(Progress progress) {
    own = progress;
  }

  /** Returns the number of runs that wait. */
  public int size() {
    return waiting.size();
  }

  void add(
      MacroCall call,
      Function<LatentDiffusion, ImageStart> start,
      Request request,
      AddOnFiles addOns,
      Stacks stacks) {
    waiting.add(new Waiting(call, start, request, addOns, stacks, own));
  }

  /** Computes all runs; see {@link ImageDiffusion#run}. */
  List<Outcome> computed(ModelLoading loading, Progress progress) {
    List<Member> members = new ArrayList<>();
    try {
      for (Waiting one : waiting) members.add(new Member(one, loading, progress));
      waiting.clear();
      List<Member> left = new ArrayList<>(members);
      while (!left.isEmpty()) compute(left, progress);
      return members.stream().map(member -> member.outcome).toList();
    } finally {
      members.forEach(Member::close);
    }
  }

  /** Computes the first, and those that fit it, and takes them out. */
  private void compute(List<Member> left, Progress progress) {
    Member first = left.get(0);
    int most = first.most();
    if (most == 0) {
      left.remove(0).computeAlone();
      return;
    }
    List<Member> fitting = left.stream().filter(first::fits).limit(most).toList();
    left.removeAll(fitting);
    try {
      together(fitting, most, progress);
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      if (fitting.size() == 1) first.failed(e);
      else fitting.forEach(member -> member.computeAgain(most));
    }
  }

  private static void together(List<Member> members, int most, Progress progress) {
    LatentDiffusion model = members.get(0).model;
    new Together(model, most, members.stream().map(m -> m.slice(progress)).toList()).run();
    members.forEach(Member::finish);
  }

  /** A run, which is open if it can be computed with others. */
  private final class Member implements AutoCloseable {

    private final Waiting waiting;
    private LatentDiffusion model;
    private ImageStart start;
    private ImageRun run;
    private OpenRun open; // null for several slices or areas
    private Outcome outcome;

    Member(Waiting waiting, ModelLoading loading, Progress progress) {
      this.waiting = waiting;
      caught(
          () -> {
            model = loading.forRun(waiting.request(), waiting.addOns(), PreviewKind.OFF, progress);
            start = waiting.start().apply(model);
            open();
          });
    }

    private void open() throws IOException {
      run =
          new ImageRun(
              waiting.call(),
              model,
              waiting.addOns(),
              start,
              waiting.stacks(),
              Preview.Display.NONE);
      boolean isOne = start.runs() == 1 && start.coherence() == 0;
      if (isOne) open = run.open();
    }

    /** Returns the most images that are predicted at once with it; 0 if it must be alone. */
    int most() {
      if (open == null || !fits(this) || !waiting.stacks().equals(Stacks.NONE)) return 0;
      return batch > 0 ? batch : Together.usual(open.run().request());
    }

    boolean fits(Member other) {
      return outcome == null
          && other.outcome == null
          && other.open != null
          && other.waiting.stacks().equals(Stacks.NONE)
          && Together.fit(open.run(), other.open.run());
    }

    void computeAlone() {
      Progress alone = waiting.progress();
      caught(() -> made(open == null ? run.made(alone) : run.alone(open, alone)));
    }

    /** Computes it without the others, after something has failed. */
    void computeAgain(int most) {
      caught(
          () -> {
            open.close();
            open();
            together(List.of(this), most, waiting.progress());
          });
    }

    Lockstep.Slice slice(Progress progress) {
      ImageRun.update(open, progress, 0);
      return new Shown(open, progress);
    }

    void finish() {
      caught(() -> made(run.finished(open)));
      open.close(); // its memory is the next one's
    }

    private void made(Results results) {
      outcome = new Outcome(results, null);
    }

    private void failed(Exception e) {
      outcome = new Outcome(Results.NONE, e);
    }

    private void caught(Work work) {
      if (outcome != null) return;
      try {
        work.run();
      } catch (CancellationException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }

    @Override
    public void close() {
      if (open != null) open.close();
      if (start != null) start.close();
    }
  }

  /** A part of the work on a run. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /**
   * A run whose evaluations are shown and may be stopped.
   *
   * @param open the run
   * @param progress of all that are computed together
   */
  private record Shown(OpenRun open, Progress progress) implements Lockstep.Slice {

    @Override
    public Run run() {
      return open.run();
    }

    @Override
    public void accept(Evaluated evaluated) {
      open.accept(evaluated);
      if (open.evaluated() < open.run().size()) ImageRun.update(open, progress, 0);
    }

    @Override
    public void finish() {
      open.finish();
    }

    @Override
    public void close() {
      open.close();
    }
  }
}
