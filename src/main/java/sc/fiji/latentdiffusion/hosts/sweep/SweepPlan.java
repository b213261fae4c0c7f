/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.sweep;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.hosts.InnerAnswers;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.MacroLine;
import sc.fiji.latentdiffusion.keys.MacroOptions;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.plugins.Spelling;

/**
 * The combinations of a sweep. The values of the first key are slices, those of the second, if
 * there is one, frames; all that the options do not name has its default.
 */
public final class SweepPlan {

  /** Keys whose values change the size or the type of the picture. */
  private static final Set<String> SHAPES =
      Set.of("width", "height", "type", "slices", "count", "statistics");

  /**
   * The most combinations that are all estimated; of more, those that hold each value once give the
   * mean time.
   */
  private static final int MANY = 100;

  private final InnerAnswers inner;
  private final Map<String, String> options;
  private final SweptValues slices;
  private final SweptValues frames; // null for none

  /**
   * What is swept, as the user wrote it.
   *
   * @param command text or image
   * @param key of the slices
   * @param values of that key
   * @param key2 of the frames; empty for none
   * @param values2 of that key; empty for none
   * @param options of the command, as in a macro
   */
  public record Asked(
      String command, String key, String values, String key2, String values2, String options) {}

  /**
   * Checks everything but the image.
   *
   * @param inner the command that is run
   * @throws IllegalArgumentException if a key, a value or the options can't be swept
   */
  public SweepPlan(InnerAnswers inner, Asked asked) {
    this.inner = inner;
    options = new LinkedHashMap<>(MacroOptions.parse(asked.options(), inner.inputs().names()));
    options.replaceAll((key, text) -> MacroLine.decode(text));
    slices = SweptValues.of(swept("key", asked.key()), "values", asked.values());
    boolean hasFrames = !asked.key2().isBlank() || !asked.values2().isBlank();
    frames =
        hasFrames ? SweptValues.of(swept("key2", asked.key2()), "values2", asked.values2()) : null;
    if (hasFrames && frames.key().name().equals(slices.key().name())) {
      throw new IllegalArgumentException(
          "key2 must be another key than key, but both are " + slices.key().name() + ".");
    }
    requireOnePicture();
    eachValue().forEach(i -> inner.set(texts(i)));
  }

  /** Returns combinations in which each value of each key stands at least once. */
  private IntStream eachValue() {
    IntStream first = IntStream.range(0, sliceCount());
    return IntStream.concat(first, IntStream.range(1, frameCount()).map(i -> i * sliceCount()));
  }

  /** Finds a key of the command that may be swept. */
  private Key swept(String name, String text) {
    String wanted = text.strip();
    List<String> names = inner.inputs().names();
    if (!names.contains(wanted)) {
      throw new IllegalArgumentException(
          String.format(
              "%s must be a key of %s, but is \"%s\"; the nearest is %s.",
              name, inner.label(), wanted, Spelling.nearestFirst(wanted, names).get(0)));
    }
    Key key = inner.inputs().keys().get(names.indexOf(wanted));
    String reason = reason(key);
    if (!reason.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "%s must be a number, a choice or a true/false key that leaves one picture of one"
                  + " size, but is %s, %s.",
              name, wanted, reason));
    }
    if (options.containsKey(wanted)) {
      throw new IllegalArgumentException(
          String.format(
              "%s is %s, which stands in options, too. Leave it out of one of them.",
              name, wanted));
    }
    return key;
  }

  private static String reason(Key key) {
    if (SHAPES.contains(key.name())) return "which changes the picture's size, type or number";
    if (key.opensWindow()) return "which opens a further window";
    return key.choices().isEmpty() && key.isFreeText() ? "a text" : "";
  }

  /** Refuses options that make more than one picture. */
  private void requireOnePicture() {
    Map<String, String> defaults = inner.inputs().defaults();
    for (Key key : inner.inputs().keys()) {
      String text = options.getOrDefault(key.name(), defaults.get(key.name()));
      boolean isMore = key.opensWindow() || Set.of("count", "slices").contains(key.name());
      if (isMore && !text.equals(defaults.get(key.name()))) {
        throw new IllegalArgumentException(
            String.format(
                "options must leave one picture for each combination, but name %s=%s. Leave %s"
                    + " out.",
                key.name(), text, key.name()));
      }
    }
  }

  /** Returns the number of combinations. */
  public int size() {
    return slices.texts().size() * frameCount();
  }

  int sliceCount() {
    return slices.texts().size();
  }

  int frameCount() {
    return frames == null ? 1 : frames.texts().size();
  }

  /** Returns the label of a combination: "strength 0.3, guidance 4". */
  String label(int index) {
    String label = slices.label(index % sliceCount());
    return frames == null ? label : label + ", " + frames.label(index / sliceCount());
  }

  /** Returns the texts of all keys that are not at their default. */
  private Map<String, String> texts(int index) {
    Map<String, String> texts = new LinkedHashMap<>(options);
    texts.put(slices.key().name(), slices.texts().get(index % sliceCount()));
    if (frames != null) texts.put(frames.key().name(), frames.texts().get(index / sliceCount()));
    boolean isOff = isSwept("share") && texts.get("share").matches("0*\\.?0*");
    if (isOff) texts.remove("seed2"); // which is used with a share above 0 only
    return texts;
  }

  private boolean isSwept(String key) {
    return slices.key().name().equals(key) || frames != null && frames.key().name().equals(key);
  }

  /** Sets the command's inputs to those of a combination. */
  InnerAnswers run(int index) {
    inner.set(texts(index));
    return inner;
  }

  /**
   * Draws the seeds that the options leave open, once for all combinations.
   *
   * @return the options with them, as in a macro
   */
  public String drawn() {
    eachValue()
        .forEach(
            i -> {
              Request drawn = run(i).request().withDrawnSeed();
              draw("seed", drawn.seed());
              draw("seed2", drawn.sampling().variation().seed());
            });
    return MacroLine.options(options);
  }

  private void draw(String key, long seed) {
    boolean isOpen = options.getOrDefault(key, "-1").strip().equals("-1") && !isSwept(key);
    if (isOpen && seed >= 0) options.put(key, String.valueOf(seed));
  }

  /**
   * Returns a sentence on the number of pictures, and the time and memory of them all.
   *
   * @throws IllegalArgumentException if their pixels exceed ImageJ's memory, or as the run would
   * @throws IOException as the run would
   */
  public String estimate(Estimates estimates) throws IOException {
    requireMemory(estimates);
    int[] some = size() <= MANY ? IntStream.range(0, size()).toArray() : eachValue().toArray();
    double seconds = 0;
    double bytes = 0;
    Estimate last = null;
    for (int i : some) {
      last = run(i).expected(estimates);
      seconds += last.seconds() * size() / some.length;
      bytes = Math.max(bytes, last.bytes());
    }
    return size()
        + " pictures. "
        + InnerAnswers.sentence(new Estimate(seconds, bytes, last.present(), last.notes()));
  }

  /**
   * Refuses pictures that exceed ImageJ's memory.
   *
   * @throws IOException if the model can't be found or read
   */
  void requireMemory(Estimates estimates) throws IOException {
    run(0).requireMemory(size(), size() + " combinations", estimates);
  }

  /** Returns the device that the command runs on: auto, cpu or gpu. */
  public String device() {
    return run(0).device();
  }
}
