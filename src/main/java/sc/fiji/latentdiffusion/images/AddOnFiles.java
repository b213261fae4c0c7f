package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetAddOn;
import sc.fiji.latentdiffusion.addons.embedding.EmbeddingFile;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversion;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversionAddOn;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/** The files and images of the add-ons of a call; their networks are loaded for each run. */
final class AddOnFiles {

  private final ControlImages controls;
  private final List<TextualInversion> inversions;

  /**
   * Finds the files and images.
   *
   * @param addOns the user's texts
   * @param active gives the image for a ControlNet without a named one; null for none
   * @param modelsFolder has folders for each kind, which are searched for names
   * @throws IllegalArgumentException if an image is not open, or a file is named twice
   * @throws IOException if a file is missing or not valid
   */
  AddOnFiles(AddOns addOns, Supplier<ImagePlus> active, Path modelsFolder) throws IOException {
    controls = new ControlImages(addOns.entries(ControlNetAddOn.KIND.key()), active, modelsFolder);
    inversions = inversions(addOns, modelsFolder);
  }

  /** Returns the textual inversions that a user names. */
  static List<TextualInversion> inversions(AddOns addOns, Path modelsFolder) throws IOException {
    Set<Path> paths = new HashSet<>();
    Map<String, Path> words = new HashMap<>();
    List<TextualInversion> found = new ArrayList<>();
    for (Entry entry : addOns.entries(TextualInversionAddOn.KIND.key())) {
      EmbeddingFile file = EmbeddingFile.find(entry.name(), modelsFolder);
      if (!paths.add(file.path())) throw TextualInversionAddOn.KIND.twice(file.path().toString());
      for (String word : file.words()) {
        Path other = words.put(word.toLowerCase(Locale.ROOT), file.path());
        if (other != null && !other.equals(file.path())) throw sameWord(word, other, file.path());
      }
      found.add(new TextualInversion(file));
    }
    return List.copyOf(found);
  }

  private static IllegalArgumentException sameWord(String word, Path one, Path other) {
    return new IllegalArgumentException(
        "embeddings must each have words of their own, but "
            + one
            + " and "
            + other
            + " both mean \""
            + word
            + "\". Leave one out, or rename its file.");
  }

  /**
   * Loads the add-ons of one run.
   *
   * @param model that runs
   * @param view the region of the image that the model sees
   * @param frame the whole image
   * @param at position in stacks, or null for the current one of each control image
   * @param manager owns the control images; must stay open until the run is closed
   * @return the add-ons, to be given to the run
   * @throws IOException if an add-on is for another family of models, or damaged
   */
  LoadedAddOns loaded(
      LatentDiffusion model, ModelView view, Region frame, Slices.Position at, NDManager manager)
      throws IOException {
    LoadedAddOns added = new LoadedAddOns(controls.at(model, view, frame, at, manager), inversions);
    model.requireFitting(added);
    return added;
  }
}
