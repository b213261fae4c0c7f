/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Where the steps of a run lie among the train timesteps; diffusers' {@code timestep_spacing} (Lin
 * et al. 2023, "Common Diffusion Noise Schedules and Sample Steps are Flawed", table 2).
 *
 * <p>Two readings are in use: {@link #points} counts the steps themselves (DDIM, Euler), {@link
 * #intervals} the intervals between steps and their end at 0, which is no step (DPM-Solver).
 */
public enum Spacing {
  /** Multiples of a whole stride, from 0 upwards; the noisiest timesteps are left out. */
  LEADING("leading") {
    @Override
    public double[] points(int trainSteps, int steps, int offset) {
      return multiples(trainSteps / steps, 0, steps, offset);
    }

    @Override
    public double[] intervals(int trainSteps, int lastTimestep, int steps, int offset) {
      int stride = lastTimestep / (steps + 1);
      if (stride == 0)
        throw new IllegalArgumentException(
            "timestep_spacing=leading leaves this scheduler at most "
                + (lastTimestep - 1)
                + " steps; found "
                + steps
                + ".");
      return multiples(stride, 1, steps, offset);
    }
  },

  /** Evenly between 0 and the last train timestep, both included. */
  LINSPACE("linspace") {
    @Override
    public double[] points(int trainSteps, int steps, int offset) {
      double[] t = new double[steps];
      double stride = (double) (trainSteps - 1) / Math.max(steps - 1, 1);
      for (int i = 0; i < steps; i++) t[steps - 1 - i] = i * stride;
      if (steps > 1) t[0] = trainSteps - 1;
      return t;
    }

    @Override
    public double[] intervals(int trainSteps, int lastTimestep, int steps, int offset) {
      double[] t = Arrays.copyOf(points(lastTimestep, steps + 1, 0), steps);
      return rounded(t);
    }
  },

  /** Strides from the last train timestep downwards; 0 is left out. */
  TRAILING("trailing") {
    @Override
    public double[] points(int trainSteps, int steps, int offset) {
      return intervals(trainSteps, trainSteps, steps, offset);
    }

    @Override
    public double[] intervals(int trainSteps, int lastTimestep, int steps, int offset) {
      double start = lastTimestep;
      double stride = (start - (double) trainSteps / steps) - start;
      int n = Math.min(steps, (int) Math.ceil(start * steps / trainSteps));
      double[] t = new double[n];
      for (int i = 0; i < n; i++) t[i] = Math.rint(start + i * stride) - 1;
      return t;
    }
  };

  private final String text;

  Spacing(String text) {
    this.text = text;
  }

  /**
   * The spacing a config names.
   *
   * @param text {@code leading}, {@code linspace} or {@code trailing}
   * @return the spacing
   * @throws IllegalArgumentException if there is none of this name; the message lists the known
   */
  public static Spacing of(String text) {
    for (Spacing s : values()) if (s.text.equals(text)) return s;
    throw new IllegalArgumentException(
        "Unknown timestep_spacing '"
            + text
            + "'; expected one of "
            + Arrays.stream(values()).map(Spacing::toString).collect(Collectors.joining(", "))
            + ".");
  }

  /**
   * The spacing of a config.
   *
   * @param config whose {@code timestep_spacing} is read
   * @return the spacing; empty if the config does not say
   */
  public static Optional<Spacing> of(Config config) {
    return Optional.ofNullable(config.text("timestep_spacing", null)).map(Spacing::of);
  }

  /**
   * The timesteps of so many steps, noisiest first. Only {@link #LINSPACE} gives fractions.
   *
   * @param trainSteps the number of train timesteps
   * @param steps the number of steps, 1…trainSteps
   * @param offset added by {@link #LEADING}; {@code steps_offset}
   * @return timesteps, descending
   */
  public abstract double[] points(int trainSteps, int steps, int offset);

  /**
   * The whole timesteps at which so many intervals start, noisiest first.
   *
   * @param trainSteps the number of train timesteps
   * @param lastTimestep how many of them, counted from 0, may be used
   * @param steps the number of steps, 1…trainSteps
   * @param offset added by {@link #LEADING}; {@code steps_offset}
   * @return timesteps, descending; {@link #TRAILING} gives fewer if lastTimestep is less than
   *     trainSteps
   * @throws IllegalArgumentException if there are too many steps for a whole stride
   */
  public abstract double[] intervals(int trainSteps, int lastTimestep, int steps, int offset);

  /** The name in diffusers' configs. */
  @Override
  public String toString() {
    return text;
  }

  private static double[] multiples(int stride, int first, int steps, int offset) {
    double[] t = new double[steps];
    for (int i = 0; i < steps; i++) t[steps - 1 - i] = (double) (first + i) * stride + offset;
    return t;
  }

  /** Rounds halves to even, as numpy does. */
  public static double[] rounded(double[] timesteps) {
    return Arrays.stream(timesteps).map(Math::rint).toArray();
  }
}
