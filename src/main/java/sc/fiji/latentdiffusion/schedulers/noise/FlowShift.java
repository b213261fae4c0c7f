/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.List;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The shift of flow matching's steps to more noise (Esser et al. 2024, arXiv:2403.03206, section
 * 5.3.2): a time σ, 0…1, becomes {@code r σ / (1 + (r − 1) σ)}. Immutable.
 */
interface FlowShift {

  /** Returns whether the shift is known: it is fixed, or the size of the latents was said. */
  boolean isKnown();

  /** Returns the shift for latents of a size in pixels. */
  FlowShift forLatents(int width, int height);

  /**
   * Shifts a time.
   *
   * @param time the weight of the noise before, above 0, at most 1
   * @return the weight of the noise, in the same range
   * @throws IllegalStateException unless {@link #isKnown}
   */
  double of(double time);

  /** Returns the time at which evenly spaced times end, float32 as in diffusers. */
  double end(double time);

  /**
   * The shift that a config asks for.
   *
   * @param config the whole {@code scheduler_config.json}
   * @param patch the side of a token in pixels of the latents, at least 1
   * @throws IllegalArgumentException if a value has the wrong kind or is out of range; the message
   *     names the key and the value
   */
  static FlowShift of(Config config, int patch) {
    if (config.flag("use_dynamic_shifting", false)) return Dynamic.of(config, patch);
    double shift = config.number("shift", 1);
    if (shift > 0 && shift < Double.POSITIVE_INFINITY) return new Fixed(shift);
    throw config.wrong("shift", "a finite number above 0", shift);
  }

  private static double shifted(double ratio, double time) {
    return ratio * time / (1 + (ratio - 1) * time);
  }

  /**
   * The same shift for all sizes.
   *
   * @param shift r
   */
  record Fixed(double shift) implements FlowShift {

    @Override
    public boolean isKnown() {
      return true;
    }

    @Override
    public FlowShift forLatents(int width, int height) {
      return this;
    }

    @Override
    public double of(double time) {
      return shifted(shift, time);
    }

    /** Shifted already, as in diffusers. */
    @Override
    public double end(double time) {
      return (float) of(time);
    }
  }

  /**
   * A shift that grows with the number n of tokens: r is e^μ or μ, and μ lies on the straight line
   * from {@code base_shift} at {@code base_image_seq_len} to {@code max_shift} at {@code
   * max_image_seq_len}, and beyond.
   *
   * @param exponential whether r is e^μ; {@code time_shift_type}
   * @param intercept μ of no token
   * @param slope of μ by n
   * @param patch the side of a token in pixels of the latents
   * @param tokens n; 0 if it is not known
   */
  record Dynamic(boolean exponential, double intercept, double slope, int patch, long tokens)
      implements FlowShift {

    private static final List<String> TYPES = List.of("exponential", "linear");

    private static Dynamic of(Config config, int patch) {
      int base = config.integer("base_image_seq_len", 256, 1, Integer.MAX_VALUE);
      int most = config.integer("max_image_seq_len", 4096, 1, Integer.MAX_VALUE);
      if (base == most)
        throw config.wrong("max_image_seq_len", "another than base_image_seq_len", most);
      double least = shift(config, "base_shift", 0.5);
      double slope = (shift(config, "max_shift", 1.15) - least) / (most - base);
      String type = config.choice("time_shift_type", "exponential", TYPES);
      return new Dynamic(type.equals("exponential"), least - slope * base, slope, patch, 0);
    }

    private static double shift(Config config, String key, double absent) {
      double shift = config.number(key, absent);
      if (Double.isFinite(shift)) return shift;
      throw config.wrong(key, "a finite number", shift);
    }

    @Override
    public boolean isKnown() {
      return tokens > 0;
    }

    @Override
    public FlowShift forLatents(int width, int height) {
      long count = Math.max(1, (long) (width / patch) * (height / patch));
      return new Dynamic(exponential, intercept, slope, patch, count);
    }

    @Override
    public double of(double time) {
      return shifted(ratio(), time);
    }

    private double ratio() {
      if (tokens == 0)
        throw new IllegalStateException("The shift depends on the latents' size, not known here.");
      double mu = intercept + slope * tokens;
      double ratio = exponential ? StrictMath.exp(mu) : mu;
      if (ratio > 0 && ratio < Double.POSITIVE_INFINITY) return ratio;
      throw new IllegalArgumentException(
          "For latents of "
              + tokens
              + " tokens base_shift and max_shift in scheduler_config.json give a shift of "
              + ratio
              + "; expected a finite number above 0. Choose another size, or correct the file.");
    }

    @Override
    public double end(double time) {
      return (float) time;
    }
  }
}
