/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import ij.ImagePlus;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.training.Training;
import sc.fiji.latentdiffusion.training.TrainingFiles;

/** The steps of a training, between which it is saved, sampled and tested, and may be stopped. */
public final class TrainingRun {

  private static final Logger LOG = System.getLogger(TrainingRun.class.getName());

  /** Makes a picture of the model's, with a LoRA of the models folder or none. */
  public interface Sampler {
    /**
     * Makes a picture.
     *
     * @param lora its name; empty for the model alone
     */
    ImagePlus picture(Optional<String> lora) throws IOException;
  }

  private final Training training;
  private final TrainingOptions options;
  private final TrainingFiles files;
  private final Map<String, String> deciding;
  private final Map<String, String> said;
  private final Sampler sampler;
  private final Losses losses = new Losses();
  private final Samples samples = new Samples();

  /**
   * @param training that is taken from where it is to its last step
   * @param options of the user, resolved
   * @param files that are written
   * @param deciding all that decides its numbers
   * @param said texts for the header of the LoRA
   * @param sampler makes samples
   */
  public TrainingRun(
      Training training,
      TrainingOptions options,
      TrainingFiles files,
      Map<String, String> deciding,
      Map<String, String> said,
      Sampler sampler) {
    this.training = training;
    this.options = options;
    this.files = files;
    this.deciding = deciding;
    this.said = said;
    this.sampler = sampler;
  }

  /**
   * Trains.
   *
   * @return the samples, the plot and the table; of a training that was stopped those so far
   * @throws IOException if a file can't be written or read
   */
  public Results made(MacroCall call, Info info, Progress progress) throws IOException {
    int begun = training.done();
    boolean stopped = false;
    try (LiveLosses live = new LiveLosses()) {
      progress.update(0, options.recipe().steps() - begun, "Training");
      if (options.every() > 0) sample(begun, first(), progress);
      while (training.done() < options.recipe().steps() && !stopped) {
        step(begun, progress);
        live.show(losses);
        stopped = progress.mustStop() || live.isClosedByUser();
      }
    }
    if (stopped && !isDue()) save();
    if (stopped) tellStop(call, info);
    return results(info);
  }

  private void step(int begun, Progress progress) throws IOException {
    long start = System.nanoTime();
    Training.Step step = training.step();
    double seconds = (System.nanoTime() - start) / 1e9;
    boolean due = isDue();
    losses.add(step, due ? training.heldBackLoss() : Double.NaN, seconds);
    progress.update(
        training.done() - begun,
        options.recipe().steps() - begun,
        String.format(
            "Step %d of %d, loss %.3f", step.step(), options.recipe().steps(), losses.smoothed()));
    if (!due) return;
    save();
    sample(training.done(), Optional.of(files.name()), progress);
  }

  /** Whether the present step is one after which it is saved. */
  private boolean isDue() {
    boolean last = training.done() == options.recipe().steps();
    return last || options.every() > 0 && training.done() % options.every() == 0;
  }

  private void save() throws IOException {
    training.save(files, deciding, said);
  }

  /** Returns the LoRA before the first step: the one that is continued, or none. */
  private Optional<String> first() {
    return options.continues() ? Optional.of(options.resume().strip()) : Optional.empty();
  }

  private void sample(int step, Optional<String> lora, Progress progress) throws IOException {
    try {
      if (!progress.mustStop()) samples.add(sampler.picture(lora), step);
    } catch (CancellationException e) {
      LOG.log(Level.DEBUG, "A sample was left out, as the user stops the training.", e);
    }
  }

  private void tellStop(MacroCall call, Info info) {
    String ended =
        "stopped after " + training.done() + " of " + options.recipe().steps() + " steps";
    info.put("partial", ended);
    Info.log(
        call,
        List.of(
            ended
                + "; what was learned is saved as "
                + files.lora()
                + " (lora="
                + files.name()
                + "), and resume="
                + files.name()
                + " continues it."));
  }

  private Results results(Info info) {
    info.put("lora", files.lora()).put("step", training.done());
    info.put("trainingCrops", training.crops().training().size());
    info.put("heldBackCrops", training.crops().heldBack().size());
    Results results = Results.NONE;
    if (!samples.isEmpty()) results = results.with(Results.RESULT, samples.image());
    if (!losses.isEmpty()) {
      results = results.with("loss", losses.plotted());
      results = results.with(Results.of(losses.table(), Losses.TABLE));
    }
    return info.appliedTo(results);
  }
}
