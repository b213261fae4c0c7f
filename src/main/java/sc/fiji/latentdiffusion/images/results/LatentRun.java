/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.ImagePlus;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.caching.CacheOptions;

/**
 * The run that made a latent image, as far as the image's Info tells.
 *
 * @param lines of the Info, by their keys, as {@link Info} writes them
 * @param step of the current frame; empty if the image has no step
 * @param seed of the current slice, where the slices have seeds of their own
 */
public record LatentRun(
    Map<String, String> lines, Optional<LatentStep> step, Optional<String> seed) {

  /** The key of the line that says that DDIM was run backwards. */
  public static final String INVERTED = "inverted";

  private static final Pattern SEED = Pattern.compile("\\bseed (\\d{1,19}), ");

  /** Steps of a run if the image does not say how many. */
  private static final int STEPS = 20;

  private static final Set<String> IMPLIED = Set.of("steps", "scheduler");

  private static final int LONG = 60;

  /** Copies the lines. */
  public LatentRun {
    lines = Map.copyOf(lines);
  }

  /**
   * Reads an image.
   *
   * @throws IllegalArgumentException if the frame lies within a step
   */
  public static LatentRun of(ImagePlus latent) {
    Map<String, String> lines = new LinkedHashMap<>();
    String info = latent.getInfoProperty();
    if (info != null) {
      for (String line : info.split("\n")) {
        int equals = line.indexOf('=');
        if (equals > 0) lines.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return new LatentRun(lines, LatentStep.of(latent), seed(latent));
  }

  private static Optional<String> seed(ImagePlus latent) {
    String label = String.valueOf(latent.getStack().getSliceLabel(latent.getCurrentSlice()));
    Matcher matcher = SEED.matcher(label);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private boolean isUnfinished() {
    return step.isPresent() && step.get().done() < step.get().steps();
  }

  private int steps() {
    return step.map(LatentStep::steps).orElse(STEPS);
  }

  /**
   * Returns values of <i>Denoise Latent</i>'s keys, as texts: those of the run; the step; and for
   * latents that are final, or a picture's, noise that is added up to the middle of a run.
   *
   * @param keys those that decide how a run continues
   */
  public Map<String, String> values(Collection<String> keys) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String key : keys) {
      String text = lines.get(key);
      if (text != null) values.put(key, text.replace("\\n", "\n").replace("\\r", "\r"));
    }
    seed.ifPresent(own -> values.put("seed", own));
    values.put("steps", String.valueOf(steps()));
    int from = isUnfinished() ? step.get().done() : steps() / 2;
    values.put("from", String.valueOf(from));
    values.put("noised", String.valueOf(!isUnfinished()));
    if (steps() - from < CacheOptions.FEWEST_STEPS) values.replace("cache", "1"); // none is taken
    return values;
  }

  /**
   * Returns values of <i>Denoise Latent</i>'s keys, as texts, that a macro need not name: the steps
   * and the scheduler by which the inversion of a picture is undone; none for other latents.
   */
  public Map<String, String> implied() {
    if (!lines.containsKey(INVERTED)) return Map.of();
    Map<String, String> values = values(IMPLIED);
    values.keySet().retainAll(IMPLIED);
    return values;
  }

  /**
   * Says what the image holds.
   *
   * @param named the image, with its frame
   * @return a sentence or two
   */
  public String sentence(String named) {
    if (isUnfinished()) {
      return String.format(
          "Continues %s after step %d of %d%s.", named, step.get().done(), steps(), made());
    }
    String held = step.isPresent() ? "the final latents of a run" + made() : picture();
    return String.format(
        "%s holds %s. Noise is added first, up to step %d of %d.",
        named, held, steps() / 2, steps());
  }

  private String picture() {
    return lines.containsKey("input")
        ? "the latents of \"" + lines.get("input") + "\""
        : "latents of no known step";
  }

  private String made() {
    String made = "";
    for (String key : List.of("scheduler", "seed")) {
      if (lines.containsKey(key)) made += ", " + key + " " + lines.get(key);
    }
    String prompt = lines.getOrDefault("prompt", "");
    if (prompt.length() > LONG) prompt = prompt.substring(0, LONG) + "…";
    return prompt.isEmpty() ? made : made + ", \"" + prompt + "\"";
  }
}
