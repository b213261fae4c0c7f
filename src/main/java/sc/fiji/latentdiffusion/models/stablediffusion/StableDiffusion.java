package sc.fiji.latentdiffusion.models.stablediffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.clip.Prompt;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;

/**
 * Stable Diffusion 1.x and 2.x (Rombach et al. 2022): the conditioning is the state of one CLIP
 * text encoder after its final layer norm.
 */
@Plugin(type = Family.class, label = "Stable Diffusion 1.x and 2.x")
public final class StableDiffusion implements Family {

  private static final List<String> OTHERS =
      List.of("text_encoder_2", "text_encoder_3", "transformer", "prior", "image_encoder");

  @Override
  public boolean fits(Model model) {
    return model.has("unet") && model.has("text_encoder") && OTHERS.stream().noneMatch(model::has);
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
