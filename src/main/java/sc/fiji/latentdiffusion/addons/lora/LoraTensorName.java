package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a tensor of a LoRA, in the namings of kohya's scripts and LyCORIS ({@code
 * lora_unet_mid_block_…_to_q.lora_down.weight}), diffusers' ({@code
 * unet.mid_block.….to_q.lora.down.weight}) and peft's ({@code
 * base_model.model.mid_block.….to_q.lora_A.weight}).
 *
 * @param module the layer as the file names it
 * @param part what the tensor is to it
 */
record LoraTensorName(String module, Part part) {

  /** What a tensor is to its layer. */
  enum Part {
    DOWN("lora_down.weight"),
    UP("lora_up.weight"),
    MID("lora_mid.weight"),
    ALPHA("alpha"),
    DORA_SCALE("dora_scale"),
    MAGNITUDE("lora_magnitude_vector");

    private final String kohya;

    Part(String kohya) {
      this.kohya = kohya;
    }

    /** Returns a name that it has in files. */
    @Override
    public String toString() {
      return kohya;
    }
  }

  private record Ending(Pattern pattern, Part part) {

    static Ending of(String regex, Part part) {
      return new Ending(Pattern.compile("(.+?)" + regex), part);
    }
  }

  private static final List<Ending> ENDINGS =
      List.of(
          Ending.of("\\.lora_down\\.weight", Part.DOWN),
          Ending.of("\\.lora_up\\.weight", Part.UP),
          Ending.of("\\.lora_mid\\.weight", Part.MID),
          Ending.of("\\.alpha", Part.ALPHA),
          Ending.of("\\.dora_scale", Part.DORA_SCALE),
          Ending.of("(?:_lora|\\.lora|\\.lora_linear_layer)\\.down\\.weight", Part.DOWN),
          Ending.of("(?:_lora|\\.lora|\\.lora_linear_layer)\\.up\\.weight", Part.UP),
          Ending.of("\\.lora_A(?:\\.\\w+)?\\.weight", Part.DOWN),
          Ending.of("\\.lora_B(?:\\.\\w+)?\\.weight", Part.UP),
          Ending.of("\\.lora_magnitude_vector(?:\\.\\w+)??(?:\\.weight)?", Part.MAGNITUDE));

  /** Other ways to change a model that are written to files like these. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "hada_", "LoHa",
          "lokr_", "LoKr",
          "oft_", "OFT",
          "on_input", "IA3",
          ".diff", "a full difference",
          "lora_embedding_", "a LoRA of an embedding",
          "lora_B.bias", "a LoRA with biases",
          "lora_up.bias", "a LoRA with biases",
          "emb_params", "a textual inversion",
          "string_to_param", "a textual inversion");

  /**
   * Reads a name.
   *
   * @param file where it stands
   * @param name of a tensor
   * @throws IOException if it has none of the known endings
   */
  static LoraTensorName of(LoraFile file, String name) throws IOException {
    for (Ending ending : ENDINGS) {
      Matcher matcher = ending.pattern().matcher(name);
      if (matcher.matches()) {
        return new LoraTensorName(matcher.group(1), ending.part());
      }
    }
    throw new IOException(
        file
            + " holds \""
            + name
            + "\", which is no tensor of a LoRA"
            + other(name)
            + ": expected names that end in lora_down.weight, lora_up.weight, lora_mid.weight,"
            + " alpha, dora_scale (kohya), lora.down.weight, lora.up.weight (diffusers) or"
            + " lora_A.weight, lora_B.weight, lora_magnitude_vector (peft). Choose another file.");
  }

  private static String other(String name) {
    return OTHERS.entrySet().stream()
        .filter(entry -> name.contains(entry.getKey()))
        .map(entry -> " but " + entry.getValue() + ", which is not supported by this version")
        .findFirst()
        .orElse("");
  }
}
