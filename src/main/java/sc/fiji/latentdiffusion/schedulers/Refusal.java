/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

/**
 * Thrown by a solver that cannot do something that a model asks for. The message is a predicate,
 * such as "cannot do clip_sample=true, …"; {@link Scheduler} puts its name before it.
 */
public final class Refusal extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param predicate the limit of the solver, and a way out
   */
  public Refusal(String predicate) {
    super(predicate);
  }

  /**
   * The refusal of a setting that a solver cannot follow.
   *
   * @param key the key in {@code scheduler_config.json}
   * @param value its value
   * @return a refusal whose message names both and a way out
   */
  public static Refusal of(String key, Object value) {
    return new Refusal(
        "cannot do "
            + key
            + "="
            + value
            + ", which the model's scheduler_config.json asks for; choose another scheduler, or"
            + " change it in that file.");
  }
}
