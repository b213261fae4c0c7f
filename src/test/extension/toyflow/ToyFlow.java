/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The family: models that draw the colour of a prompt's words, with grain. Their latents have 16
 * channels at an eighth of the picture's width, and they were made for flow matching.
 */
@Plugin(type = Family.class, label = ToyFlow.LABEL)
public final class ToyFlow implements Family {

  static final String LABEL = "Toy Flow";

  /** How {@code model_index.json} names models of this family. */
  private static final String PIPELINE = "ToyFlowPipeline";

  private static final Component WORDS = new Component("words", Role.TEXT_ENCODER);
  private static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  private static final Component TRANSFORMER = new Component("transformer", Role.DENOISER);
  private static final Component AUTOENCODER = new Component("autoencoder", Role.AUTOENCODER);

  private static final List<Component> COMPONENTS =
      List.of(WORDS, SCHEDULER, TRANSFORMER, AUTOENCODER);

  @Override
  public boolean fits(Model model) {
    return model.index().text("_class_name", "").equals(PIPELINE);
  }

  @Override
  public List<Component> components() {
    return COMPONENTS;
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    Config transformer = model.config(TRANSFORMER.name());
    LatentSpace latents = latents(model.config(AUTOENCODER.name()));
    return new Declaration(
        LABEL,
        COMPONENTS,
        latents,
        transformer.integer("sample_size") * latents.factor(),
        WordTable.width(model.tensors(WORDS.name())),
        0,
        (width, height, elementBytes) -> ToyAutoencoder.work(width, height),
        Declaration.LoraNames.NONE);
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return FlowSchedule.of(model.config(SCHEDULER.name()));
  }

  private static LatentSpace latents(Config autoencoder) {
    double scale = autoencoder.number("scaling_factor", 1);
    double shift = autoencoder.number("shift_factor", 0);
    return new LatentSpace(
        BlockColours.CHANNELS,
        BlockColours.FACTOR,
        scale,
        shift,
        Optional.of(BlockColours.colours(scale, shift)),
        Optional.empty());
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    LazyNetwork<WordTable> words = with.network("word table", files, WORDS.name(), WordTable::of);
    Config settings = files.config(TRANSFORMER.name());
    LazyNetwork<ToyTransformer> transformer =
        with.network("transformer", files, TRANSFORMER.name(), w -> ToyTransformer.of(w, settings));
    LazyNetwork<BlockColours> colours =
        with.network(
            "autoencoder",
            files,
            with.files(files, AUTOENCODER.name(), Precision.FLOAT32),
            BlockColours::of);
    requireWidth(files, transformer.outline().width(), words.outline().width());
    int trainSteps = noiseSchedule(files).trainSteps();
    return new LoadedModel(
        files,
        declaration,
        with,
        new ToyDenoiser(transformer, trainSteps),
        new ToyAutoencoder(colours, declaration.latents()),
        new WordConditioner(words, with));
  }

  private static void requireWidth(Model files, int taken, int given) throws IOException {
    if (taken == given) return;
    throw new IOException(
        String.format(
            "The transformer of %s takes %d numbers for a word, the word table gives %d: they"
                + " belong to different models.",
            files.path(), taken, given));
  }
}
