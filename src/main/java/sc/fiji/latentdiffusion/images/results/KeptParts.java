/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.sampler.KnownLatents;

/**
 * The parts of a picture that runs keep unchanged, as properties of their latent images, one for
 * each slice. A later run reads them and continues. TIFF files hold such properties, and ImageJ's
 * commands copy them.
 */
public final class KeptParts {

  /** The key of the Info's line about them. */
  static final String INFO = "kept";

  private static final Pattern SLICE = Pattern.compile("^slice (\\d{1,9}), ");
  private static final Pattern ANSWER = Pattern.compile("^seed (\\d+), (?:seed2 (\\d+), )?");
  private static final String PROPERTY = "kept";

  private final Map<String, String> texts = new LinkedHashMap<>();

  /**
   * Adds the part that a run keeps, if any.
   *
   * @param slice from 1, as the labels count
   * @param part of one answer
   */
  public void add(int slice, Optional<KnownLatents> part) {
    part.ifPresent(known -> texts.put(PROPERTY + slice, KeptText.of(known).text()));
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
    String name = name(latent);
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

  /** Returns the name of the property with the part of the current frame, by the frame's label. */
  private static String name(ImagePlus latent) {
    String label = String.valueOf(latent.getStack().getSliceLabel(latent.getCurrentSlice()));
    Matcher slice = SLICE.matcher(label);
    if (slice.find()) return PROPERTY + Integer.parseInt(slice.group(1));
    Matcher answer = ANSWER.matcher(label);
    return answer.find() ? name(latent, answer.group(1), answer.group(2)) : PROPERTY + 1;
  }

  /** Answers have their seeds in their labels. */
  private static String name(ImagePlus latent, String seed, String seed2) {
    String beginning = seed + (seed2 == null ? " " : "," + seed2 + ",");
    int k = 1;
    while (latent.getProp(PROPERTY + k) != null) {
      if (latent.getProp(PROPERTY + k).startsWith(beginning)) return PROPERTY + k;
      k++;
    }
    return PROPERTY + 1;
  }

  private static void note(List<String> notes, String reason) {
    notes.add(
        "The latents come from a run that kept the surroundings of a selection, but "
            + reason
            + ": all of them may change now.");
  }
}
