/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toypixels;

import java.io.IOException;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/** The family: models that draw one colour, with grain, whatever the prompt says. */
@Plugin(type = Family.class, label = ToyPixels.LABEL)
public final class ToyPixels implements Family {

  static final String LABEL = "Toy Pixels";

  /** How {@code model_index.json} names models of this family. */
  private static final String PIPELINE = "ToyPixelsPipeline";

  private static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  private static final Component NETWORK = new Component("network", Role.DENOISER);

  @Override
  public boolean fits(Model model) {
    return model.index().text("_class_name", "").equals(PIPELINE);
  }

  @Override
  public List<Component> components() {
    return List.of(SCHEDULER, NETWORK);
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    return new Declaration(
        LABEL,
        components(),
        Pixels.SPACE,
        model.config(NETWORK.name()).integer("sample_size"),
        0,
        0,
        (width, height, elementBytes) -> Pixels.work(width, height),
        Declaration.LoraNames.NONE);
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return BetaSchedule.of(model.config(SCHEDULER.name()));
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    LazyNetwork<MeanColour> network =
        with.network(
            "network", files, with.files(files, NETWORK.name(), Precision.FLOAT32), MeanColour::of);
    return new LoadedModel(
        files, declaration, with, new PixelDenoiser(network), new Pixels(), Conditioner.NONE);
  }
}
