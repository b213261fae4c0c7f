/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.CompositeImage;
import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.images.addons.AddOnFiles;
import sc.fiji.latentdiffusion.images.latents.LatentSource;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.library.PromptNotes;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.probes.NoiseProbe;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.schedulers.Plan;

/** Asks a model which noise it expects in an image, with each of several prompts. */
public final class Probing {

  private final ImagePlus input;
  private final ProbeOptions options;
  private final LatentSource source;
  private final LatentDiffusion model;
  private final Request request;
  private final AddOnFiles addOns;

  /**
   * @param input that {@link LatentSource#check} has accepted
   * @param model that is asked
   * @param request gives the reading of prompts and the hardware
   * @param addOns of the model
   */
  public Probing(
      ImagePlus input,
      ProbeOptions options,
      LatentDiffusion model,
      Request request,
      AddOnFiles addOns) {
    this.input = input;
    this.options = options;
    this.model = model;
    this.addOns = addOns;
    source = new LatentSource(input, options.mapping(), model);
    ModelView view = source.view();
    this.request = request.withSize(view.padded().width(), view.padded().height());
  }

  /**
   * Asks.
   *
   * @param call of the command
   * @param progress in levels and prompts
   * @return "Noise error" if it is asked for, and the tables "Prompts" and "Errors by timestep"
   * @throws CancellationException if the user cancels
   * @throws IOException if an add-on can't be read
   */
  public Results results(MacroCall call, Progress progress) throws IOException {
    try (NDManager memory = model.manager().newSubManager()) {
      LoadedAddOns loaded = addOns.loaded(model, source.view(), source.view().seen(), null, memory);
      NDArray latents = source.latents(memory);
      NoiseProbe probe =
          new NoiseProbe(
              model, request, options.noise(), options.prompts(), latents, loaded, memory);
      Info info = info(call, loaded, probe);
      int cells = Math.toIntExact(latents.getShape().get(2) * latents.getShape().get(3));
      NoiseErrors errors = errors(probe, cells, progress);
      int channels = Math.toIntExact(latents.getShape().get(1));
      int width = Math.toIntExact(latents.getShape().get(3));
      return results(errors, probe, info, width, cells / width, channels);
    }
  }

  private NoiseErrors errors(NoiseProbe probe, int cells, Progress progress) {
    NoiseErrors errors = new NoiseErrors(options.noise(), options.prompts().size(), counted(cells));
    for (int done = 0; probe.hasNext(); done++) {
      int prompts = options.prompts().size();
      progress.update(
          done,
          probe.size(),
          String.format(
              "Level %d of %d, prompt %d of %d",
              done / prompts + 1, probe.levels().size(), done % prompts + 1, prompts));
      if (progress.mustStop()) {
        throw new CancellationException(
            "Canceled after " + done + " of " + probe.size() + " predictions.");
      }
      errors.add(probe.next());
    }
    return errors;
  }

  /** Marks the cells under a selection that is no rectangle; all cells without one. */
  private boolean[] counted(int cells) {
    boolean[] counted = new boolean[cells];
    Arrays.fill(counted, true);
    if (LatentSource.isLatent(input)) return counted;
    Selection selection = Selection.of(input, 0);
    if (selection.covers(selection.bounds())) return counted;
    float[] covered = source.view().covered(selection);
    for (int i = 0; i < cells; i++) counted[i] = covered[i] > 0;
    return counted;
  }

  private Info info(MacroCall call, LoadedAddOns loaded, NoiseProbe probe) throws IOException {
    Map<String, Object> found = new HashMap<>(source.resolved());
    found.put("precision", model.precision());
    found.put("device", model.device());
    found.put("seed", options.noise().seed());
    List<String> warnings = warnings(loaded);
    Info.log(call, warnings);
    Info info = Info.of(call.with(found), model, loaded).putWarnings(warnings);
    source.describe(info);
    return info.put(new Plan(1, 0, probe.levels()));
  }

  private List<String> warnings(LoadedAddOns loaded) throws IOException {
    Set<String> warnings = new LinkedHashSet<>(model.model().notes());
    warnings.addAll(source.warnings());
    warnings.addAll(loaded.notes());
    for (String prompt : options.prompts()) {
      Request one = request.withPrompt(prompt, "");
      warnings.addAll(PromptNotes.signs(model.model(), one.prompting()));
    }
    return new ArrayList<>(warnings);
  }

  private Results results(
      NoiseErrors errors, NoiseProbe probe, Info info, int width, int height, int channels) {
    List<String> prompts = options.prompts();
    int numbers = channels * errors.cells();
    Results tables =
        Results.of(ErrorTables.prompts(errors, prompts, numbers), ErrorTables.PROMPTS)
            .with(ErrorTables.levels(errors, prompts, probe.levels()), ErrorTables.LEVELS);
    if (!options.maps()) return tables;
    CompositeImage map = ErrorMap.of(errors, prompts, probe.levels(), width, height);
    source.view().latentsCalibrated(source.calibration()).applyTo(map);
    info.put("bestPrompt", prompts.get(errors.ranked().get(0)));
    return info.appliedTo(Results.of(map).with(tables));
  }
}
