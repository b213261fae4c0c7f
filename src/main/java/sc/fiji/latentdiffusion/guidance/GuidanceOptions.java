/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.settings.KeyCheck;

/**
 * How closely the prompt is followed.
 *
 * @param scales {@code g} of all steps, or of each step of the schedule; where the {@linkplain
 *     #joining scale that joins} is 1 or less, guidance is off
 * @param from where guidance begins, as a part of the steps, 0…1
 * @param to where it ends, from…1
 * @param guide the formula
 * @param rescale φ of Lin et al. 2023, arXiv:2305.08891, equation 16: how much of the result has
 *     the standard deviation of the half with the prompt, 0…1
 * @param image the scale of the image for a model that is guided by one, too; at least 1
 * @param trueScale the scale that joins both halves of a model that was trained to need one alone;
 *     at least 1, which leaves it at that
 * @param form how the model takes the scales
 */
public record GuidanceOptions(
    List<Double> scales,
    double from,
    double to,
    Guide guide,
    double rescale,
    double image,
    double trueScale,
    GuidanceForm form) {

  /** The default of {@code imageguidance}. */
  public static final double IMAGE = 1.5;

  /** The defaults of every command. */
  public static final GuidanceOptions DEFAULT = of(4);

  private static final String SCALE =
      "a number of at least 0 (1 and below turn guidance off), or one for each step with commas"
          + " between them, as 7,7,5,3";

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public GuidanceOptions {
    scales = List.copyOf(scales);
    KeyCheck.require(!scales.isEmpty(), "guidance", SCALE, "empty");
    for (double scale : scales) {
      KeyCheck.require(
          Double.isFinite(scale) && scale >= 0, "guidance", SCALE, KeyCheck.text(scale));
    }
    KeyCheck.require(
        from >= 0 && from <= 1, "guidancefrom", "between 0 and 1", KeyCheck.text(from));
    String end = "between guidancefrom (" + KeyCheck.text(from) + ") and 1";
    KeyCheck.require(to >= from && to <= 1, "guidanceto", end, KeyCheck.text(to));
    KeyCheck.require(
        rescale >= 0 && rescale <= 1, "rescale", "between 0 and 1", KeyCheck.text(rescale));
    boolean isScale = Double.isFinite(image) && image >= 1;
    KeyCheck.require(isScale, "imageguidance", "a number of at least 1", KeyCheck.text(image));
    boolean isTrue = Double.isFinite(trueScale) && trueScale >= 1;
    KeyCheck.require(
        isTrue,
        "truecfg",
        "a number of at least 1 (1 computes one half)",
        KeyCheck.text(trueScale));
  }

  /** For a model that joins both halves by the scales themselves. */
  public GuidanceOptions(
      List<Double> scales, double from, double to, Guide guide, double rescale, double image) {
    this(scales, from, to, guide, rescale, image, 1, GuidanceForm.JOINED);
  }

  /** The usual scale of an image. */
  public GuidanceOptions(List<Double> scales, double from, double to, Guide guide, double rescale) {
    this(scales, from, to, guide, rescale, IMAGE);
  }

  /** Returns classifier-free guidance of one scale in all steps. */
  public static GuidanceOptions of(double scale) {
    return new GuidanceOptions(List.of(scale), 0, 1, Guide.CFG, 0);
  }

  /**
   * Reads the key {@code guidance}.
   *
   * @param text a number, or several with commas or blanks between them
   * @throws IllegalArgumentException if a part of it is no number
   */
  public static List<Double> scales(String text) {
    List<Double> scales = new ArrayList<>();
    for (String part : text.strip().split("\\s*,\\s*|\\s+", -1)) {
      try {
        scales.add(Double.valueOf(part));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "guidance must be " + SCALE + ", but is \"" + text + "\".", e);
      }
    }
    return scales;
  }

  /**
   * Checks that a list has a scale for each step.
   *
   * @param steps of the whole schedule
   * @throws IllegalArgumentException if it has not; the message says both numbers
   */
  public void require(int steps) {
    boolean fits = scales.size() == 1 || scales.size() == steps;
    String expected = "one number, or one for each of the " + steps + " steps";
    KeyCheck.require(fits, "guidance", expected, scales.size() + " numbers (" + text() + ")");
  }

  /**
   * Returns the scale that joins both halves.
   *
   * @param scale of a step, as the key {@code guidance} has it
   * @return s of {@code u + s (c − u)}; both halves are computed where it is above 1
   */
  public double joining(double scale) {
    return switch (form) {
      case JOINED -> scale;
      case ADDED -> 1 + scale;
      case INPUT, UNUSED -> trueScale;
    };
  }

  /** Returns whether both halves are computed in some step. */
  public boolean isOn() {
    return to > from && joining(largest()) > 1;
  }

  /** Returns the largest scale of a step. */
  public double largest() {
    return scales.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** Returns the part of the steps in which both halves are computed, 0…1. */
  public double share() {
    double on = scales.stream().filter(scale -> joining(scale) > 1).count();
    return (to - from) * on / scales.size();
  }

  /** Returns whether both halves are computed in all steps, or in none. */
  public boolean isConstant() {
    boolean isAlways = scales.stream().allMatch(scale -> joining(scale) > 1);
    return !isOn() || (from == 0 && to == 1 && isAlways);
  }

  /** Returns a copy with another scale, of all steps. */
  public GuidanceOptions withScale(double scale) {
    return new GuidanceOptions(List.of(scale), from, to, guide, rescale, image, trueScale, form);
  }

  /** Returns a copy with another scale of the image. */
  public GuidanceOptions withImage(double scale) {
    return new GuidanceOptions(scales, from, to, guide, rescale, scale, trueScale, form);
  }

  /** Returns a copy with another scale that joins both halves of a model that needs one alone. */
  public GuidanceOptions withTrueScale(double scale) {
    return new GuidanceOptions(scales, from, to, guide, rescale, image, scale, form);
  }

  /** Returns a copy for a model that takes the scales in another way. */
  public GuidanceOptions withForm(GuidanceForm other) {
    return new GuidanceOptions(scales, from, to, guide, rescale, image, trueScale, other);
  }

  /** Returns a copy with which one half is computed. */
  public GuidanceOptions off() {
    return withTrueScale(1).withScale(form == GuidanceForm.ADDED ? 0 : 1);
  }

  /** Returns a copy whose formula has the usual values for a prediction, where it has none. */
  public GuidanceOptions resolved(Prediction prediction) {
    Guide usual = guide.resolved(prediction);
    return new GuidanceOptions(scales, from, to, usual, rescale, image, trueScale, form);
  }

  /** Returns the scales as the key {@code guidance} has them. */
  public String text() {
    return scales.stream().map(KeyCheck::text).collect(Collectors.joining(","));
  }
}
