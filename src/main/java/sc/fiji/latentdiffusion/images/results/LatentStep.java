/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
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
 * The step of latents in their run, read from the labels of a latent image, which TIFF files keep.
 *
 * @param done number of steps that are done
 * @param steps number of steps of the whole run
 */
public record LatentStep(int done, int steps) {

  /** The key of the Info's line with the step, from 0, with which the run began. */
  static final String BEGUN = "begun";

  /** The most digits of a number of steps. */
  private static final int LONGEST = 8;

  private static final Pattern BEFORE = Pattern.compile("\\bstep (\\d+)/(\\d+)");
  private static final Pattern AFTER =
      Pattern.compile("\\blatents after step (\\d+)(?: of (\\d+))?");

  /** Returns the label of latents after a step. */
  public static String label(int done, int steps) {
    return done == steps
        ? "final latents after step " + steps
        : "latents after step " + done + " of " + steps;
  }

  /**
   * Reads the step of a latent image's current frame.
   *
   * @return the step; empty if its label has none, as that of an encoded picture
   * @throws IllegalArgumentException if the frame lies within a step
   */
  public static Optional<LatentStep> of(ImagePlus imp) {
    String label = String.valueOf(imp.getStack().getSliceLabel(imp.getCurrentSlice()));
    Matcher after = AFTER.matcher(label);
    if (after.find()) {
      String steps = after.group(2) == null ? after.group(1) : after.group(2);
      return Optional.of(counted(imp, label, number(label, after.group(1)), number(label, steps)));
    }
    Matcher before = BEFORE.matcher(label);
    if (!before.find()) {
      return Optional.empty();
    }
    requireBeginning(label);
    int done = number(label, before.group(1)) - 1;
    return Optional.of(counted(imp, label, done, number(label, before.group(2))));
  }

  private static int number(String label, String digits) {
    if (digits.length() <= LONGEST) return Integer.parseInt(digits);
    throw impossible(label);
  }

  private static IllegalArgumentException impossible(String label) {
    return new IllegalArgumentException(
        "The label of the frame names a step that no run has: \""
            + label
            + "\". Use the image as the run made it, or give from.");
  }

  /** Returns the number in the Info of an image; 0 if it has none. */
  private static int number(ImagePlus imp, String key) {
    String digits = imp.getStringProperty(key);
    return digits != null && digits.matches("\\d{1," + LONGEST + "}")
        ? Integer.parseInt(digits)
        : 0;
  }

  /** Counts from the beginning of the whole run: image to image makes its last steps only. */
  private static LatentStep counted(ImagePlus imp, String label, int done, int steps) {
    if (done < 0 || done > steps) throw impossible(label);
    int skipped = Math.max(0, number(imp, "steps") - steps);
    return new LatentStep(skipped + done, skipped + steps);
  }

  /** Returns the step with which the run of an image began; 0 if the image does not say. */
  public static int begun(ImagePlus imp) {
    return number(imp, BEGUN);
  }

  private static void requireBeginning(String label) {
    if (label.matches(".*, (2nd half|part ([2-9]|\\d\\d+) of).*")) {
      throw new IllegalArgumentException(
          "The frame must be at the beginning of a step, but is within one (\""
              + label
              + "\"). Take the frame of the step's first part.");
    }
  }

  /** Returns notes on differences between the run that made a latent image and a new run. */
  public static List<String> mismatches(ImagePlus imp, LatentDiffusion model, Request request)
      throws IOException {
    List<String> notes = mismatches(imp, model);
    notes.addAll(mismatches(imp, request));
    return notes;
  }

  /** Returns notes on differences between the request that made a latent image and a new one. */
  public static List<String> mismatches(ImagePlus imp, Request request) {
    List<String> notes = new ArrayList<>();
    note(notes, imp, "steps", String.valueOf(request.steps()));
    note(notes, imp, "scheduler", request.scheduler());
    note(notes, imp, "vae", request.vae());
    request.addOns().texts().forEach((key, text) -> note(notes, imp, key, text));
    return notes;
  }

  /** Returns a note if another model made a latent image. */
  public static List<String> mismatches(ImagePlus imp, LatentDiffusion model) throws IOException {
    List<String> notes = new ArrayList<>();
    String made = imp.getStringProperty("modelSha256");
    if (made != null && !made.equals(model.sha256())) {
      String before = imp.getStringProperty("modelName");
      String now = model.model().name();
      notes.add(
          now.equals(before)
              ? String.format(
                  "The latents were made by the model %s with other files, as another autoencoder:"
                      + " they may be read differently now.",
                  now)
              : String.format(
                  "The latents were made by the model %s; %s may read them differently.",
                  before, now));
    }
    return notes;
  }

  private static void note(List<String> notes, ImagePlus imp, String key, String now) {
    String before = imp.getStringProperty(key);
    if (before != null && !before.equals(now)) {
      notes.add(
          String.format(
              "The latents come from a run with %s=%s, but it continues with %s=%s.",
              key, before, key, now));
    }
  }
}
