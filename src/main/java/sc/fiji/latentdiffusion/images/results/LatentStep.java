package sc.fiji.latentdiffusion.images.results;

import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * How far latents are in a run, as the labels of a latent image say, which TIFF files keep.
 *
 * @param done the steps that are done
 * @param steps of the whole run
 */
public record LatentStep(int done, int steps) {

  /** The line of an Info that says with which step a run has begun, from 0. */
  static final String BEGUN = "begun";

  private static final Pattern BEFORE = Pattern.compile("\\bstep (\\d+)/(\\d+)");
  private static final Pattern AFTER =
      Pattern.compile("\\blatents after step (\\d+)(?: of (\\d+))?");

  /** The label of latents after a step. */
  public static String label(int done, int steps) {
    return done == steps
        ? "final latents after step " + steps
        : "latents after step " + done + " of " + steps;
  }

  /**
   * Where the current frame of a latent image is.
   *
   * @return nothing if its label does not say, as of an encoded picture
   * @throws IllegalArgumentException if it lies within a step
   */
  public static Optional<LatentStep> of(ImagePlus imp) {
    String label = String.valueOf(imp.getStack().getSliceLabel(imp.getCurrentSlice()));
    Matcher after = AFTER.matcher(label);
    if (after.find()) {
      String steps = after.group(2) == null ? after.group(1) : after.group(2);
      return Optional.of(counted(imp, number(after.group(1)), number(steps)));
    }
    Matcher before = BEFORE.matcher(label);
    if (!before.find()) {
      return Optional.empty();
    }
    requireBeginning(label);
    return Optional.of(counted(imp, number(before.group(1)) - 1, number(before.group(2))));
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  /** From the beginning of the whole run, of which image to image makes the last steps only. */
  private static LatentStep counted(ImagePlus imp, int done, int steps) {
    String all = imp.getStringProperty("steps");
    int skipped = all != null && all.matches("\\d{1,9}") ? Math.max(0, number(all) - steps) : 0;
    return new LatentStep(skipped + done, skipped + steps);
  }

  /** With which step the run has begun that an image comes from; 0 if it does not say. */
  public static int begun(ImagePlus imp) {
    String begun = imp.getStringProperty(BEGUN);
    return begun != null && begun.matches("\\d{1,9}") ? number(begun) : 0;
  }

  private static void requireBeginning(String label) {
    if (label.matches(".*, (2nd half|part ([2-9]|\\d\\d+) of).*")) {
      throw new IllegalArgumentException(
          "The frame must be at the beginning of a step, but is within one (\""
              + label
              + "\"). Take the frame of the step's first part.");
    }
  }

  /** What does not fit between the run that an image comes from, and the run to come. */
  public static List<String> strangers(ImagePlus imp, LatentDiffusion model, Request request)
      throws IOException {
    List<String> notes = strangers(imp, model);
    note(notes, imp, "steps", String.valueOf(request.steps()));
    note(notes, imp, "scheduler", request.scheduler());
    request.addOns().texts().forEach((key, text) -> note(notes, imp, key, text));
    return notes;
  }

  /** What does not fit between the model that an image comes from, and another. */
  public static List<String> strangers(ImagePlus imp, LatentDiffusion model) throws IOException {
    List<String> notes = new ArrayList<>();
    String made = imp.getStringProperty("modelSha256");
    if (made != null && !made.equals(model.sha256())) {
      notes.add(
          String.format(
              "The latents were made by the model %s; %s may read them differently.",
              imp.getStringProperty("modelName"), model.model().name()));
    }
    return notes;
  }

  private static void note(List<String> notes, ImagePlus imp, String key, String now) {
    String before = imp.getStringProperty(key);
    if (before != null && !before.equals(now)) {
      notes.add(
          String.format(
              "The latents come from a run with %s=%s, but it goes on with %s=%s.",
              key, before, key, now));
    }
  }
}
