/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.ArrayList;
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
import sc.fiji.latentdiffusion.models.clip.CLIPFiles;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Stable Diffusion XL and its refiner (Podell et al. 2023): U-Net, VAE and two CLIP text encoders,
 * in the refiner the second one alone. If {@code model_index.json} does not say otherwise, an empty
 * negative prompt is all zeros.
 */
@Plugin(type = Family.class, label = StableDiffusionXL.LABEL)
public final class StableDiffusionXL implements Family {

  /** Sabour et al. 2024, arXiv:2404.14507: the best sigmas of ten steps. */
  private static final List<Double> ALIGNED_SIGMAS =
      List.of(14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029);

  static final String LABEL = "Stable Diffusion XL and its refiner";

  private static final List<Component> COMPONENTS =
      List.of(
          StableDiffusionFiles.TOKENIZER,
          StableDiffusionFiles.TOKENIZER_2,
          StableDiffusionFiles.SCHEDULER,
          StableDiffusionFiles.TEXT_ENCODER,
          StableDiffusionFiles.TEXT_ENCODER_2,
          StableDiffusionFiles.UNET,
          StableDiffusionFiles.VAE);

  private static final String TINY_DECODER = "taesdxl";

  @Override
  public boolean fits(Model model) {
    Set<String> named = model.named();
    return named.contains(StableDiffusionFiles.UNET.name())
        && named.contains(StableDiffusionFiles.TEXT_ENCODER_2.name())
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
    return List.of(OriginalLayout.SDXL, OriginalLayout.SDXL_REFINER);
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    return StableDiffusionFiles.declare(model, LABEL, COMPONENTS, 0.13025, TINY_DECODER);
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return StableDiffusionFiles.noiseSchedule(model, ALIGNED_SIGMAS);
  }

  @Override
  public GuidanceForm guidance(Model model) throws IOException {
    return StableDiffusionFiles.guidance(model);
  }

  @Override
  public Map<Integer, String> kinds() {
    return Map.of(1280, "Stable Diffusion XL's refiner", 2048, "Stable Diffusion XL");
  }

  /** The refiner has the second one alone. */
  private static List<CLIPFiles> encoders(Model model) {
    CLIPFiles second = StableDiffusionFiles.second(model);
    return model.has(StableDiffusionFiles.TEXT_ENCODER.name())
        ? List.of(StableDiffusionFiles.first(model), second)
        : List.of(second);
  }

  @Override
  public List<PromptTokenizer> tokenizers(Model model) {
    return List.copyOf(encoders(model));
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(TINY_DECODER);
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    List<TextEncoder> encoders = new ArrayList<>();
    for (CLIPFiles encoder : encoders(files)) encoders.add(new TextEncoder(encoder, with));
    if (encoders.get(encoders.size() - 1).projectedWidth() == 0) {
      throw new IOException(
          "The second text encoder of "
              + files.path()
              + " has no text_projection; expected one in a Stable Diffusion XL model.");
    }
    Config index = files.index();
    return UNetParts.load(
        files,
        declaration,
        with,
        unet ->
            new StableDiffusionXLConditioner(
                List.copyOf(encoders),
                unet,
                index.flag("force_zeros_for_empty_prompt", true),
                index.flag("requires_aesthetics_score", false)));
  }
}
