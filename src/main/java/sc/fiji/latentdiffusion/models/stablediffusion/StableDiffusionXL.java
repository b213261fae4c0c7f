package sc.fiji.latentdiffusion.models.stablediffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.Config;
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
import sc.fiji.latentdiffusion.models.clip.TokenBlock;

/**
 * Stable Diffusion XL and its refiner (Podell et al. 2023): the conditioning is the penultimate
 * layers' states of two text encoders side by side – of the second alone in the refiner –, without
 * final layer norm; the U-Net is told, too, the second one's embedding of the whole prompt and the
 * picture's size and crop; the refiner in place of a size how pleasing the picture should be. Of
 * models that say so an empty negative prompt is all zeros.
 */
@Plugin(type = Family.class, label = StableDiffusionXL.LABEL)
public final class StableDiffusionXL implements Family {

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

  /** What diffusers gives the refiner for the prompt and for what is to be avoided. */
  private static final float AESTHETIC_SCORE = 6;

  private static final float NEGATIVE_AESTHETIC_SCORE = 2.5f;

  @Override
  public boolean fits(Model model) {
    Set<String> named = model.named();
    return named.contains(StableDiffusionFiles.UNET.name())
        && named.contains(StableDiffusionFiles.TEXT_ENCODER_2.name())
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
    return List.of(OriginalLayout.SDXL, OriginalLayout.SDXL_REFINER);
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    return StableDiffusionFiles.declare(model, LABEL, COMPONENTS, TINY_DECODER);
  }

  @Override
  public Map<Integer, String> kinds() {
    return Map.of(1280, "Stable Diffusion XL's refiner", 2048, "Stable Diffusion XL");
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(TINY_DECODER);
  }

  @Override
  public Conditioner promptEncoder(LoadedModel networks) throws IOException {
    List<TextEncoder> towers = new ArrayList<>();
    if (networks.model().has(StableDiffusionFiles.TEXT_ENCODER.name()))
      towers.add(new TextEncoder(networks, ""));
    towers.add(new TextEncoder(networks, "_2"));
    TextEncoder last = towers.get(towers.size() - 1);
    if (last.projectedWidth() == 0) {
      throw new IOException(
          "The second text encoder of "
              + networks.model().path()
              + " has no text_projection; expected one in a Stable Diffusion XL model.");
    }
    Config index = networks.model().index();
    return new Encoder(
        networks,
        List.copyOf(towers),
        index.flag("force_zeros_for_empty_prompt", true),
        index.flag("requires_aesthetics_score", false));
  }

  private record Encoder(
      LoadedModel networks, List<TextEncoder> towers, boolean forceZeros, boolean aesthetic)
      implements Conditioner {

    @Override
    public Conditioning encode(
        Prompt negative, Prompt prompt, int width, int height, NDManager owner) {
      List<TextEncoder> reading =
          towers.stream().map(tower -> tower.with(prompt.inversions())).toList();
      return new Encoder(networks, reading, forceZeros, aesthetic)
          .encoded(negative, prompt, width, height, owner);
    }

    private Conditioning encoded(
        Prompt negative, Prompt prompt, int width, int height, NDManager owner) {
      List<Prompt> prompts = negative == null ? List.of(prompt) : List.of(negative, prompt);
      try (NDManager local = owner.newSubManager()) {
        List<List<List<TokenBlock>>> blocks = blocks(prompts);
        NDArray states = states(blocks, prompt.clipSkip(), local);
        NDArray text = last().textEmbeds(blocks.get(towers.size() - 1), local);
        if (forceZeros && negative != null && negative.isEmpty()) {
          NDArray kept = local.create(new float[] {0, 1}, new Shape(2, 1));
          text = text.mul(kept);
          states = states.mul(kept.reshape(2, 1, 1));
        }
        float[][] ids = timeIds(prompts.size(), width, height);
        NDArray added = networks.unet().outline().addedCond(text, ids, local);
        return Conditioning.of(networks, states, added, owner);
      }
    }

    /** By tower, by prompt; in all of them equally many. */
    private List<List<List<TokenBlock>>> blocks(List<Prompt> prompts) {
      List<List<List<TokenBlock>>> all = new ArrayList<>();
      towers.forEach(tower -> all.add(tower.blocks(prompts)));
      int count = all.stream().mapToInt(blocks -> blocks.get(0).size()).max().orElse(1);
      for (int i = 0; i < towers.size(); i++) towers.get(i).fill(all.get(i), count);
      return all;
    }

    private NDArray states(List<List<List<TokenBlock>>> blocks, int clipSkip, NDManager local) {
      NDArray states = towers.get(0).states(blocks.get(0), clipSkip, false, local);
      if (towers.size() == 1) return states;
      towers.get(0).release(); // the two are never in memory together
      return states.concat(towers.get(1).states(blocks.get(1), clipSkip, false, local), 2);
    }

    /** Original height and width, crop from top and left, then the target's, or the score. */
    private float[][] timeIds(int prompts, int width, int height) {
      float[][] ids = new float[prompts][];
      for (int i = 0; i < prompts; i++) {
        boolean negative = i < prompts - 1;
        float score = negative ? NEGATIVE_AESTHETIC_SCORE : AESTHETIC_SCORE;
        ids[i] =
            aesthetic
                ? new float[] {height, width, 0, 0, score}
                : new float[] {height, width, 0, 0, height, width};
      }
      return ids;
    }

    private TextEncoder last() {
      return towers.get(towers.size() - 1);
    }

    @Override
    public Map<String, Integer> widths() {
      Map<String, Integer> widths = new LinkedHashMap<>();
      towers.forEach(tower -> widths.put(tower.number(), tower.width()));
      return widths;
    }

    @Override
    public int width() {
      return towers.stream().mapToInt(tower -> tower.width()).sum();
    }

    @Override
    public int addedWidth(int timeChannels) {
      return last().projectedWidth() + (aesthetic ? 5 : 6) * timeChannels;
    }
  }
}
