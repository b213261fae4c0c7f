package sc.fiji.latentdiffusion.models.stablediffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.clip.Prompt;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;

/**
 * Stable Diffusion 1.x and 2.x (Rombach et al. 2022): the conditioning is the state of one CLIP
 * text encoder after its final layer norm.
 */
@Plugin(type = Family.class, label = StableDiffusion.LABEL)
public final class StableDiffusion implements Family {

  static final String LABEL = "Stable Diffusion 1.x and 2.x";

  private static final List<Component> COMPONENTS =
      List.of(
          StableDiffusionFiles.TOKENIZER,
          StableDiffusionFiles.SCHEDULER,
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
    return StableDiffusionFiles.declare(model, LABEL, COMPONENTS, TINY_DECODER);
  }

  @Override
  public Map<Integer, String> kinds() {
    return Map.of(768, "Stable Diffusion 1.x", 1024, "Stable Diffusion 2.x");
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(TINY_DECODER);
  }

  @Override
  public Conditioner promptEncoder(LoadedModel networks) throws IOException {
    return new Encoder(networks, new TextEncoder(networks, ""));
  }

  private record Encoder(LoadedModel networks, TextEncoder tower) implements Conditioner {

    @Override
    public Conditioning encode(
        Prompt negative, Prompt prompt, int width, int height, NDManager owner) {
      List<Prompt> prompts = negative == null ? List.of(prompt) : List.of(negative, prompt);
      int skip = prompt.clipSkip() - 1;
      TextEncoder reading = tower.with(prompt.inversions());
      try (NDArray states = reading.states(reading.blocks(prompts), skip, true, owner)) {
        return Conditioning.of(networks, states, null, owner);
      }
    }

    @Override
    public Map<String, Integer> widths() {
      return Map.of(tower.number(), tower.width());
    }

    @Override
    public int width() {
      return tower.width();
    }

    @Override
    public int addedWidth(int timeChannels) {
      return 0;
    }
  }
}
