package sc.fiji.latentdiffusion.models.stablediffusion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells by the names of its tensors why a single file is no whole model. */
final class FileKind {

  private static final String GIVE =
      "; give a whole Stable Diffusion checkpoint (U-Net, VAE and text encoder in one file), or a"
          + " folder in diffusers' layout";

  /** Other files that people have, by the beginning of a name that only they have. */
  private static final Map<String, String> OTHERS = new LinkedHashMap<>();

  static {
    OTHERS.put("control_model.", "a ControlNet");
    OTHERS.put("controlnet_", "a ControlNet");
    OTHERS.put("lora_", "a LoRA");
    OTHERS.put("lycoris_", "a LoRA");
    OTHERS.put("unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor", "a LoRA");
    OTHERS.put("model.diffusion_model.joint_blocks.", "Stable Diffusion 3, which is not supported");
    OTHERS.put("joint_blocks.", "Stable Diffusion 3, which is not supported");
    OTHERS.put("model.diffusion_model.double_blocks.", "FLUX, which is not supported");
    OTHERS.put("double_blocks.", "FLUX, which is not supported");
    OTHERS.put("edm_mean", "Playground 2.5, which is not supported");
    OTHERS.put("down_blocks.", "a U-Net alone, in diffusers' names");
    OTHERS.put("encoder.down", "a VAE alone");
    OTHERS.put("first_stage_model.", "a VAE alone");
    OTHERS.put("text_model.", "a text encoder alone");
    OTHERS.put("emb_params", "a textual inversion");
    OTHERS.put("clip_l", "a textual inversion");
  }

  private static final List<String> NOT_BESIDE_A_UNET =
      List.of("down_blocks.", "encoder.down", "first_stage_model.", "text_model.");

  private FileKind() {}

  /**
   * Says why a file is no whole model.
   *
   * @param names of its tensors
   * @return the text after the file's name in a message; empty if it is a whole model
   */
  static Optional<String> problem(Set<String> names) {
    Optional<String> other = other(names);
    if (other.isPresent()) return other;
    if (lacks(names, OriginalLayout.UNET + "input_blocks.")) {
      return Optional.of(
          "is no model of a known layout: expected tensors named "
              + OriginalLayout.UNET
              + "input_blocks.…, found "
              + some(names)
              + GIVE);
    }
    if (lacks(names, OriginalLayout.VAE)) return lacking("VAE", OriginalLayout.VAE);
    if (OriginalLayout.byTextEncoders(names).isPresent()) return Optional.empty();
    return lacking("text encoder", "cond_stage_model.… or conditioner.embedders.");
  }

  private static Optional<String> other(Set<String> names) {
    boolean unet = !lacks(names, OriginalLayout.UNET);
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      boolean partOnly = NOT_BESIDE_A_UNET.contains(other.getKey());
      if (!lacks(names, other.getKey()) && !(unet && partOnly)) {
        return Optional.of("is " + other.getValue() + ", expected a model" + GIVE);
      }
    }
    return Optional.empty();
  }

  private static boolean lacks(Set<String> names, String beginning) {
    return names.stream().noneMatch(name -> name.startsWith(beginning));
  }

  private static Optional<String> lacking(String part, String names) {
    return Optional.of("has a U-Net but no " + part + " (tensors named " + names + "…)" + GIVE);
  }

  private static String some(Set<String> names) {
    List<String> first = names.stream().limit(3).toList();
    return String.join(", ", first) + (names.size() > 3 ? ", …" : "");
  }
}
