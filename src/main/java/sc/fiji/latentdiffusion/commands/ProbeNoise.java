/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.LatentsCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.probe.ProbeOptions;
import sc.fiji.latentdiffusion.images.probe.PromptList;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.Seed;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.probes.NoiseProbe;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.random.Rng;

/** Compares prompts by how well a model predicts noise in the active image with each. */
@Plugin(
    type = Command.class,
    label = "Probe Noise",
    description =
        "Adds noise to the active picture, its selection, or the active latents, and lets the model"
            + " predict it with each of several prompts: maps and tables of its errors. The prompt"
            + " of the least error describes the picture best.",
    menuPath = "Plugins>Latent Diffusion>Probe Noise...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ProbeNoise extends LatentsCommand {

  @Parameter(
      label = "Levels",
      description =
          "At how many levels of noise the model is asked, from hardly any to hardly anything"
              + " else.",
      min = "1",
      max = "100",
      attrs = {@Attr(name = Key.AFTER, value = "model"), @Attr(name = Key.ROW, value = "levels")})
  private int levels = 8;

  @Parameter(
      label = "Trials",
      description =
          "How often at each level, with other noise. More make the errors of prompts more"
              + " certain.",
      min = "1",
      max = "100",
      attrs = @Attr(name = Key.ROW, value = "levels"))
  private int trials = 4;

  @Parameter(
      label = "Seed (−1: random)",
      description =
          "The seed of the noise, which is the same for all prompts: 0…4294967295, or −1 to draw"
              + " one.",
      style = Key.SEED_STYLE,
      persist = false)
  private long seed = -1;

  @Parameter(
      label = "Maps of the error",
      description =
          "Opens the error at each place: a channel for each prompt, a frame for each level.",
      attrs = @Attr(name = Key.AFTER, value = "maximum"))
  private boolean maps = true;

  @Parameter(
      label = "Prompts",
      description =
          "The prompts to compare, a line each or with | between them. A | within brackets belongs"
              + " to a prompt.",
      style = Key.TEXT_STYLE,
      required = false,
      attrs = {@Attr(name = Key.LAST), @Attr(name = Key.PART, value = Key.TOP)})
  private String prompts =
      "nuclei|actin filaments|mitochondria|cell membranes|vesicles|microtubules";

  @Parameter(type = ItemIO.OUTPUT, label = "Prompts")
  private ResultsTable prompttable;

  @Parameter(type = ItemIO.OUTPUT, label = "Errors by timestep")
  private ResultsTable leveltable;

  private String outcome = "";

  private Request request() {
    return readingRequest().withGuidance(1);
  }

  private ProbeOptions options() {
    long used = Math.max(0, Seed.used("seed", BigInteger.valueOf(seed)));
    NoiseProbe.Options noise = new NoiseProbe.Options(levels, trials, used);
    return new ProbeOptions(noise, PromptList.of(prompts), maps, mapping());
  }

  @Override
  public void check() {
    super.check();
    request();
    options();
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    return DialogStart.of("Probes " + subject() + ".");
  }

  @Override
  protected String estimate(Estimates estimates) throws IOException {
    return SamplingCommand.sentence(estimates.probeNoise(picture(), request(), options()));
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    Set<String> notes = new LinkedHashSet<>();
    for (String prompt : PromptList.of(prompts)) {
      notes.addAll(promptNotes(request().withPrompt(prompt, "")));
    }
    return List.copyOf(notes);
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    if (seed < 0) seed = Rng.drawnSeed(); // which is recorded
    Results results = images.probeNoise(picture(), request(), options(), progress);
    outcome = "\"" + results.table().getStringValue("prompt", 0) + "\" fits best";
    return results;
  }

  @Override
  protected String outcome() {
    return outcome;
  }
}
