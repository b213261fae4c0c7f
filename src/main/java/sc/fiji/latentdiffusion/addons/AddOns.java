package sc.fiji.latentdiffusion.addons;

import java.util.List;
import sc.fiji.latentdiffusion.addons.controlnet.ControlChoice;
import sc.fiji.latentdiffusion.addons.embedding.EmbeddingChoice;
import sc.fiji.latentdiffusion.addons.lora.LoraChoice;

/**
 * What is added to a model, as users write it; each empty for none.
 *
 * @param control ControlNets and their images, as {@link ControlChoice} reads it
 * @param embeddings textual inversions, as {@link EmbeddingChoice} reads it
 * @param lora what is merged into the model, as {@link LoraChoice} reads it
 */
public record AddOns(String control, String embeddings, String lora) {

  /** The model as it is. */
  public static final AddOns NONE = new AddOns("", "", "");

  /**
   * Checks the texts.
   *
   * @throws IllegalArgumentException naming the key, what was expected and what it was
   */
  public AddOns {
    control = control == null ? "" : control.trim();
    embeddings = embeddings == null ? "" : embeddings.trim();
    lora = lora == null ? "" : lora.trim();
    ControlChoice.parse(control);
    EmbeddingChoice.parse(embeddings);
    LoraChoice.parse(lora);
  }

  /** Returns the ControlNets that are chosen, in their order. */
  public List<ControlChoice> controls() {
    return ControlChoice.parse(control);
  }

  /** Returns the textual inversions that are chosen, in their order. */
  public List<EmbeddingChoice> inversions() {
    return EmbeddingChoice.parse(embeddings);
  }

  /** Returns the LoRAs that are chosen, in their order. */
  public List<LoraChoice> loras() {
    return LoraChoice.parse(lora);
  }
}
