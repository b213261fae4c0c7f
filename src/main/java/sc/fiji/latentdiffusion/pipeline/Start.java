package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.noise.Noise;
import sc.fiji.latentdiffusion.plugins.Schedulers;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * What a run begins with: nothing but noise, a picture, or latents at some step.
 *
 * @param picture {@code [1, 3, h, w]}, −1…1, or null
 * @param mask {@code [1, 1, h/f, w/f]}, 0…1, of what may change of the picture; null for all
 * @param latents {@code [1, c, h/f, w/f]}, or null
 * @param range of the steps that run on the latents, or null
 * @param kept what the run that the latents come from holds as it is, or null
 */
public record Start(
    NDArray picture, NDArray mask, NDArray latents, StepRange range, KnownLatents kept) {

  /** Nothing but noise. */
  static final Start NOISE = new Start(null, null, null, null, null);

  /** Of a picture, or what the mask says of it. */
  static Start of(NDArray picture, NDArray mask) {
    return new Start(picture, mask, null, null, null);
  }

  /** The table of the run. */
  public Plan plan(NoiseSchedule schedule, Request request) {
    Scheduler scheduler = Schedulers.get(request.scheduler());
    if (range == null) {
      return scheduler.plan(schedule, request.steps(), request.strength());
    }
    Plan rest = scheduler.plan(schedule, request.steps(), strength(request, range.from()));
    int count = range.to() - range.from();
    List<Evaluation> evaluations =
        rest.evaluations().stream().filter(e -> e.step() < count).toList();
    return range.noised()
        ? new Plan(rest.dataWeight(), rest.noiseWeight(), evaluations)
        : new Plan(1, 0, evaluations);
  }

  /** How many evaluations the whole run makes of which this is all, or a part. */
  int evaluations(NoiseSchedule schedule, Request request, Plan plan) {
    return range == null
        ? plan.evaluations().size()
        : evaluations(schedule, request, begun(request, plan));
  }

  /** How many of them were made before. */
  int evaluationsBefore(NoiseSchedule schedule, Request request, Plan plan) {
    return range == null
        ? 0
        : evaluations(schedule, request, plan) - evaluations(schedule, request, range.from());
  }

  /** Of a run that begins with a step, from 0. */
  private static int evaluations(NoiseSchedule schedule, Request request, int step) {
    return Schedulers.get(request.scheduler())
        .plan(schedule, request.steps(), strength(request, step))
        .evaluations()
        .size();
  }

  /** A strength that leaves the steps from one on, whatever the rounding. */
  private static double strength(Request request, int step) {
    return Math.min(1, (request.steps() - step + 0.5) / request.steps());
  }

  /**
   * Draws from the stream of noise what the steps before the range would have drawn, so that it
   * goes on where an uninterrupted run would.
   *
   * @param size of a draw
   */
  void skipDraws(Noise noise, NoiseSchedule schedule, Request request, int size) {
    if (range == null || range.noised()) {
      return;
    }
    Schedulers.get(request.scheduler()).plan(schedule, request.steps(), 1).evaluations().stream()
        .filter(e -> e.step() >= range.begun() && e.step() < range.from())
        .filter(Evaluation::drawsFromStream)
        .forEach(e -> noise.randn(size));
  }

  /** The step with which the run begins to draw noise, of a plan of its own. */
  int begun(Request request, Plan plan) {
    if (range != null) {
      return range.noised() ? range.from() : range.begun();
    }
    long steps = plan.evaluations().stream().map(Evaluation::step).distinct().count();
    return request.steps() - Math.toIntExact(steps);
  }

  /** Whether the run does all steps to the last. */
  boolean isToTheEnd(Request request) {
    return range == null || range.to() == request.steps();
  }

  /** The latents that it comes to, or null; those of a picture belong to the manager. */
  NDArray known(LatentDiffusion model, NDManager manager) {
    return picture == null ? latents : model.encode(picture, manager);
  }
}
