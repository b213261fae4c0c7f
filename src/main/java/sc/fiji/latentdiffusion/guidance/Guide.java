/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.guidance;

import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.settings.KeyCheck;

/** A formula that joins the prediction with the prompt, c, and that without it, u, by a scale g. */
public sealed interface Guide {

  /** The choices of the key {@code guide}. */
  List<String> NAMES = List.of("cfg", "zero", "apg");

  /** Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598): {@code u + g (c − u)}. */
  Guide CFG = new ClassifierFree();

  /** Returns its name, one of {@link #NAMES}. */
  String name();

  /** See {@link #CFG}. */
  record ClassifierFree() implements Guide {

    @Override
    public String name() {
      return "cfg";
    }
  }

  /**
   * CFG-Zero* (Fan et al. 2025, arXiv:2503.18886): {@code a u + g (c − a u)} with {@code a = c·u /
   * u·u} of each sample; the first steps predict 0.
   *
   * @param steps that predict 0, at least 0; −1 for the usual number, which is 1 for a model of
   *     flow matching and 0 for any other: without noise its first step is ruined
   */
  record ZeroStar(int steps) implements Guide {

    /** The default of {@code zerosteps}. */
    public static final int STEPS = -1;

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException naming the key, the values it may have and the one it has
     */
    public ZeroStar {
      KeyCheck.require(steps >= -1, "zerosteps", "−1 (the usual number) or more", steps);
    }

    @Override
    public ZeroStar resolved(Prediction prediction) {
      return steps == STEPS ? new ZeroStar(prediction == Prediction.FLOW ? 1 : 0) : this;
    }

    @Override
    public String name() {
      return "zero";
    }
  }

  /**
   * Adaptive projected guidance (Sadat et al. 2024, arXiv:2410.02416, algorithm 1). The difference
   * {@code c − u} gets momentum, its norm is limited, and its part along c is weighed by {@code
   * parallel}: {@code u + g (m − p + parallel · p)}.
   *
   * @param momentum β of the difference's running sum; negative pushes against the last one
   * @param threshold r, the largest norm of the difference over channels and pixels; 0 for any
   * @param parallel η, the weight of the part along c
   */
  record Projected(double momentum, double threshold, double parallel) implements Guide {

    /** The paper's values for Stable Diffusion XL. */
    public static final Projected DEFAULT = new Projected(-0.5, 15, 0);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the key, the values it may have and the one it has
     */
    public Projected {
      KeyCheck.require(Double.isFinite(momentum), "momentum", "a number", momentum);
      KeyCheck.require(
          Double.isFinite(threshold) && threshold >= 0,
          "threshold",
          "a number of at least 0 (0 sets no limit)",
          threshold);
      KeyCheck.require(Double.isFinite(parallel), "parallel", "a number", parallel);
    }

    @Override
    public String name() {
      return "apg";
    }
  }

  /**
   * Returns a formula by its name.
   *
   * @param name cfg, zero or apg
   * @param zero its values if it is zero; must be the defaults else
   * @param projected its values if it is apg; must be the defaults else
   * @throws IllegalArgumentException if the name is unknown, or a value is not used
   */
  static Guide of(String name, ZeroStar zero, Projected projected) {
    KeyCheck.require(NAMES.contains(name), "guide", "one of " + NAMES, name);
    if (!name.equals("zero")) {
      requireDefault("zerosteps", ZeroStar.STEPS, zero.steps(), "zero");
    }
    if (!name.equals("apg")) {
      Projected usual = Projected.DEFAULT;
      requireDefault("momentum", usual.momentum(), projected.momentum(), "apg");
      requireDefault("threshold", usual.threshold(), projected.threshold(), "apg");
      requireDefault("parallel", usual.parallel(), projected.parallel(), "apg");
    }
    return switch (name) {
      case "zero" -> zero;
      case "apg" -> projected;
      default -> CFG;
    };
  }

  /** Returns this formula with the usual number of zero steps for a prediction in place of −1. */
  default Guide resolved(Prediction prediction) {
    return this;
  }

  private static void requireDefault(String key, double usual, double value, String name) {
    String number = KeyCheck.text(usual);
    KeyCheck.require(
        value == usual,
        key,
        number + " (its default), as only guide=" + name + " uses it",
        KeyCheck.text(value));
  }
}
