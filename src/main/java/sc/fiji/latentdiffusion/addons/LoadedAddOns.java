package sc.fiji.latentdiffusion.addons;

import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.addons.controlnet.Control;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversion;
import sc.fiji.latentdiffusion.models.LearnedWord;
import sc.fiji.latentdiffusion.models.LoadedModel;

/**
 * What is added to a model for a run, found and loaded.
 *
 * @param controls ControlNets with their images
 * @param inversions words that mean what was learned, in their order
 */
public record LoadedAddOns(List<Control> controls, List<TextualInversion> inversions) {

  /** The model as it is. */
  public static final LoadedAddOns NONE = new LoadedAddOns(List.of(), List.of());

  /** Keeps unmodifiable copies. */
  public LoadedAddOns {
    controls = List.copyOf(controls);
    inversions = List.copyOf(inversions);
  }

  /** Returns the words that the prompts may contain, with their vectors. */
  public List<LearnedWord> words() {
    return inversions.stream().map(TextualInversion::word).toList();
  }

  /**
   * Checks that the textual inversions are as wide as the text encoders.
   *
   * @throws IOException with what was expected and found, if one is for another family of models
   */
  public void requireFitting(LoadedModel networks) throws IOException {
    for (TextualInversion inversion : inversions) {
      inversion.requireFitting(networks.conditioner().widths(), networks.files().path());
    }
  }
}
