/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import ai.djl.ndarray.NDManager;
import java.util.Iterator;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.real.FloatType;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/** A run whose evaluations are shown as intervals. */
final class OpenRun implements Diffusion.Run {

  private final Run run;
  private final NDManager memory;
  private final Work work;
  private Iterator<Evaluated> evaluations;
  private boolean isIterated;
  private boolean isClosed;

  /**
   * @param run that has not begun; it is closed with this
   * @param memory of what it starts from; it is closed with this
   * @param work that makes the result
   */
  OpenRun(Run run, NDManager memory, Work work) {
    this.run = run;
    this.memory = memory;
    this.work = work;
  }

  @Override
  public int size() {
    return run.size();
  }

  @Override
  public long seed() {
    return run.request().seed();
  }

  @Override
  public Iterator<Diffusion.Step> iterator() {
    if (isIterated)
      throw new IllegalStateException("A run can be iterated once only; begin another.");
    isIterated = true;
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return evaluations().hasNext();
      }

      @Override
      public Diffusion.Step next() {
        return step(evaluations().next());
      }
    };
  }

  private Iterator<Evaluated> evaluations() {
    if (isClosed) throw new IllegalStateException("The run is closed: begin another.");
    if (evaluations == null) evaluations = run.iterator();
    return evaluations;
  }

  private static Diffusion.Step step(Evaluated made) {
    return new Diffusion.Step(
        made.evaluation().index(),
        made.evaluation().step(),
        made.evaluation().timestep(),
        Tensors.image(made.sample()),
        Tensors.image(made.noise()),
        Tensors.image(made.predOriginalSample()));
  }

  @Override
  public Img<FloatType> result() {
    while (evaluations().hasNext()) evaluations().next();
    return work.result(run, memory);
  }

  @Override
  public void close() {
    if (isClosed) return;
    isClosed = true;
    run.close();
    memory.close();
  }
}
