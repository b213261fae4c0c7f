/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.AlignYourSteps;

/** Stable Diffusion 1.x and 2.x (Rombach et al. 2022): U-Net, VAE and one CLIP text encoder. */
@Plugin(type = Family.class, label = StableDiffusion.LABEL)
public final class StableDiffusion implements Family {

  static final String LABEL = "Stable Diffusion 1.x and 2.x";

  private static final List<Component> COMPONENTS =
      List.of(
          StableDiffusionFiles.TOKENIZER,
          StableDiffusionFiles.SCHEDULER,
          StableDiffusionFiles.LOW_RES_SCHEDULER,
          StableDiffusionFiles.TEXT_ENCODER,
          StableDiffusionFiles.UNET,
          StableDiffusionFiles.VAE);

  private static final String TINY_DECODER = "taesd";

  @Override
  public boolean fits(Model model) {
    Set<String> named = model.named();
    return named.contains(StableDiffusionFiles.UNET.name())
        && named.contains(StableDiffusionFiles.TEXT_ENCODER.name())
        && !named.contains(StableDiffusionFiles.TEXT_ENCODER_2.name())
        && StableDiffusionFiles.FOREIGN.stream().noneMatch(named::contains);
  }

  @Override
  public void checkSettings(Model model) throws IOException {
    StableDiffusionSettings.check(model);
  }

  @Override
  public List<Component> components() {
    return COMPONENTS;
  }

  @Override
  public Set<String> ignored() {
    return StableDiffusionFiles.IGNORED;
  }

  @Override
  public List<SingleFileLayout> singleFiles() {
    return List.of(OriginalLayout.SD2, OriginalLayout.SD1);
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    return StableDiffusionFiles.declare(model, LABEL, COMPONENTS, 0.18215, TINY_DECODER);
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return StableDiffusionFiles.noiseSchedule(model, AlignYourSteps.STABLE_DIFFUSION);
  }

  @Override
  public GuidanceForm guidance(Model model) throws IOException {
    return StableDiffusionFiles.guidance(model);
  }

  @Override
  public Map<Integer, String> kinds() {
    return Map.of(768, "Stable Diffusion 1.x", 1024, "Stable Diffusion 2.x");
  }

  @Override
  public List<PromptTokenizer> tokenizers(Model model) {
    return List.of(StableDiffusionFiles.first(model));
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(TINY_DECODER);
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    TextEncoder encoder = new TextEncoder(StableDiffusionFiles.first(files), with);
    return UNetParts.load(
        files,
        declaration,
        with,
        unet ->
            declaration.sight().filter(sight -> !sight.takesPrompts()).isPresent()
                ? new EmptyTextConditioner(encoder)
                : new StableDiffusionConditioner(encoder));
  }
}
