/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Refusal;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The order that each step of a multistep solver has: as high as there is history, lower at the end
 * of a short run, where high orders are unstable (Lu et al. 2022, "DPM-Solver++", section 4.2).
 *
 * @param order the solver's
 * @param config whose {@code lower_order_final} (true) lowers the last two steps of fewer than 15
 * @param lastIsFirstOrder whether the last step is of first order in any case
 */
public record MultistepOrder(int order, Config config, boolean lastIsFirstOrder) {

  private static final int FEW_STEPS = 15;

  /**
   * The {@code solver_order} that a config asks for.
   *
   * @param config the model's; 2 if it does not say
   * @param max the highest that the solver can do
   * @return the order, 1…max
   * @throws Refusal if it is higher than that, or less than 1
   */
  public static int solverOrder(Config config, int max) {
    double order = config.number("solver_order", 2);
    if (order >= 1 && order <= max && order == (int) order) return (int) order;
    throw Refusal.of("solver_order", config.number("solver_order", 2));
  }

  /**
   * The order of a step.
   *
   * @param sigmas one a step, and the one at which the last step ends
   * @param begin the first step of which there is history
   * @param i the step
   * @return 1…order
   */
  public int at(double[] sigmas, int begin, int i) {
    int left = sigmas.length - 1 - i;
    boolean lower = sigmas.length - 1 < FEW_STEPS && config.flag("lower_order_final", true);
    if (left == 1 && (lower || lastIsFirstOrder)) return 1;
    int most = left == 2 && lower ? Math.min(order, 2) : order;
    return withHistory(sigmas, begin, i, most);
  }

  /**
   * The first evaluation whose x̂0 later steps may use. One at a level without data is none: it
   * lies infinitely far away in λ.
   *
   * @param levels one a step, and the one at which the last step ends
   * @param begin the first step that runs
   * @return begin, or the step after it
   */
  public static int historyBegin(NoiseLevel[] levels, int begin) {
    return levels[begin].alpha() > 0 ? begin : begin + 1;
  }

  /**
   * The order that the steps before allow. A step that goes nowhere, or follows one that did, has
   * no slope to take.
   *
   * @param sigmas one a step, and the one at which the last step ends
   * @param begin the first step of which there is history
   * @param i the step
   * @param most the order if there is history enough
   * @return 1…most
   */
  public static int withHistory(double[] sigmas, int begin, int i, int most) {
    if (sigmas[i] == sigmas[i + 1]) return 1;
    int order = 1;
    while (order < most && i - order >= begin && sigmas[i - order] != sigmas[i - order + 1])
      order++;
    return order;
  }
}
