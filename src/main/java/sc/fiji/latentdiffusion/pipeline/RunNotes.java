/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.sigmas.AlignYourSteps;

/** What a user should know of a request before it runs. */
final class RunNotes {

  private RunNotes() {}

  /**
   * Returns the notes, a sentence or some each.
   *
   * @param request resolved
   * @param schedule that the scheduler plans by
   * @param steps of the run
   */
  static List<String> of(
      Request request, LatentDiffusion model, NoiseSchedule schedule, RunSteps steps) {
    List<String> notes = new ArrayList<>(model.model().notes());
    notes.addAll(model.notes(request.width(), request.height()));
    request
        .tiling()
        .suggestion(request.width(), request.height(), model.nativeSize())
        .ifPresent(notes::add);
    StepRange.countNote(schedule, request).ifPresent(notes::add);
    aligned(request, schedule).ifPresent(notes::add);
    rng(request, steps.plan()).ifPresent(notes::add);
    steps.historyNote().ifPresent(notes::add);
    RequestFit.note(request, model.networks().denoiser().takes()).ifPresent(notes::add);
    return notes;
  }

  private static Optional<String> aligned(Request request, NoiseSchedule schedule) {
    boolean isAligned = request.sampling().spacing().equals(AlignYourSteps.NAME);
    if (!isAligned || !schedule.alignedSigmas().isEmpty()) return Optional.empty();
    return Optional.of(
        "spacing=ays has sigmas that were found for Stable Diffusion 1.5; none were found for this"
            + " model.");
  }

  private static Optional<String> rng(Request request, Plan plan) {
    boolean walks =
        plan.evaluations().stream().anyMatch(evaluation -> evaluation.increment().isPresent());
    if (request.sampling().rng() == Rng.TORCH || !walks) return Optional.empty();
    return Optional.of(
        "rng="
            + request.sampling().rng()
            + " draws the noise at the beginning; the steps of "
            + request.scheduler()
            + " follow a Brownian path of their own, with other noise than other programs.");
  }
}
