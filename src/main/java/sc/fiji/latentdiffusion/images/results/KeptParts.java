package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.pipeline.KnownLatents;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * The parts of a picture that runs keep unchanged, as properties of their latent images, one for
 * each slice. A later run reads them and continues. TIFF files hold such properties, and ImageJ's
 * commands copy them.
 */
public final class KeptParts {

  /** The key of the Info's line about them. */
  static final String INFO = "kept";

  private static final Pattern SLICE = Pattern.compile("\\bslice (\\d{1,9}), ");
  private static final String PROPERTY = "kept";

  private final Map<String, String> texts = new LinkedHashMap<>();

  /**
   * Adds the part that a run keeps, if any.
   *
   * @param slice from 1, as the labels count
   * @param run whose first evaluation is done
   * @param answer of the run, from 0
   */
  public void add(int slice, Run run, int answer) {
    run.known(answer).ifPresent(known -> texts.put(PROPERTY + slice, KeptText.of(known).text()));
  }

  /** Writes them into a latent image. */
  public void applyTo(ImagePlus latents) {
    texts.forEach(latents::setProp);
  }

  /**
   * Reads the part that belongs to the current frame of a latent image.
   *
   * @param latent the latent image
   * @param model that continues the run
   * @param manager owns the tensors
   * @param notes takes the reason if the image's run kept a part that can't be used
   * @return the part; empty if all may change
   * @throws IllegalArgumentException if the property that holds it is damaged
   */
  public static Optional<KnownLatents> of(
      ImagePlus latent, LatentDiffusion model, NDManager manager, List<String> notes) {
    String name = PROPERTY + slice(latent);
    String text = latent.getProp(name);
    if (text == null) {
      if (latent.getStringProperty(INFO) != null) {
        note(notes, "the image has lost them, as files of other formats do not hold them");
      }
      return Optional.empty();
    }
    KeptText kept = KeptText.parse(name, text);
    if (kept.width() != latent.getWidth() || kept.height() != latent.getHeight()) {
      String sizes = "they were %d × %d pixels large, and these latents are %d × %d";
      int width = latent.getWidth();
      note(notes, String.format(sizes, kept.width(), kept.height(), width, latent.getHeight()));
      return Optional.empty();
    }
    if (kept.inpaints() != model.inpaints()) {
      note(notes, "only one of that model and this one is for inpainting");
      return Optional.empty();
    }
    if (kept.channels() != model.latentChannels()) {
      String channels = "it has %d channels, and the model's latents have %d";
      String found = String.format(channels, kept.channels(), model.latentChannels());
      throw KeptText.damaged(name, found);
    }
    return Optional.of(kept.latents(manager));
  }

  private static int slice(ImagePlus latent) {
    String label = String.valueOf(latent.getStack().getSliceLabel(latent.getCurrentSlice()));
    Matcher matcher = SLICE.matcher(label);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 1;
  }

  private static void note(List<String> notes, String reason) {
    notes.add(
        "The latents come from a run that kept the surroundings of a selection, but "
            + reason
            + ": all of them may change now.");
  }
}
