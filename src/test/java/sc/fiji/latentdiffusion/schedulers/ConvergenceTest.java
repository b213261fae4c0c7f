/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * How fast each method converges, against an exact solution: of normally distributed data the
 * perfect network is the posterior's mean, the probability-flow equation has a closed solution, and
 * since all of it is linear, the distribution in which a stochastic method ends is known without
 * drawing a number.
 *
 * <p>Runs go as far as a fifth of the steps is left, where every spacing is smooth: at timestep 0
 * sigma grows as a square root, whose slope is infinite, and no method keeps its order.
 */
class ConvergenceTest {

  private static final double MEAN = 0.3;
  private static final double DEVIATION = 0.5;
  private static final int TRAIN_STEPS = 9600;

  /** The exponent p of error ∝ steps^−p, found between 60 and 120 steps. */
  private static final Map<String, Double> SLOPES = new LinkedHashMap<>();

  static {
    // First order: half the error for twice the steps.
    SLOPES.put("ddim", 0.99);
    SLOPES.put("ddpm", 0.99);
    SLOPES.put("euler", 1.00);
    SLOPES.put("euler_k", 0.99);
    SLOPES.put("euler_a", 0.99);
    // Of first order, though they ask twice or look back: their weights are made for few steps.
    SLOPES.put("gradient_estimation", 0.91);
    SLOPES.put("heunpp2", 1.00);
    // Second order: a quarter. PNDM's weights suppose equal steps of its integral; its paper says
    // second order, too. DPM++ 3M gives the second difference half the weight that third order
    // needs, as its paper's code, k-diffusion and diffusers do.
    SLOPES.put("deis", 1.97);
    SLOPES.put("deis_k", 2.02);
    SLOPES.put("pndm", 1.91);
    SLOPES.put("heun", 2.02);
    SLOPES.put("heun_k", 2.02);
    SLOPES.put("kdpm_2", 2.01);
    SLOPES.put("kdpm_2_k", 2.02);
    SLOPES.put("kdpm_2_a", 2.02);
    SLOPES.put("kdpm_2_a_k", 2.02);
    SLOPES.put("dpmpp_2s", 1.98);
    SLOPES.put("dpmpp_2s_k", 1.99);
    SLOPES.put("dpmpp_2m", 2.03);
    SLOPES.put("dpmpp_2m_k", 2.06);
    SLOPES.put("dpmpp_3m", 1.86);
    SLOPES.put("dpmpp_3m_k", 2.02);
    SLOPES.put("dpmpp_2m_sde", 1.98);
    SLOPES.put("dpmpp_2m_sde_k", 2.07);
    SLOPES.put("dpmpp_sde", 2.03);
    SLOPES.put("dpmpp_sde_k", 2.16);
    SLOPES.put("ipndm", 1.91);
    SLOPES.put("res_multistep", 2.01);
    SLOPES.put("dpmpp_2s_a", 2.05);
    SLOPES.put("dpmpp_3m_sde", 2.12);
    SLOPES.put("sa_solver", 2.03);
    // Between the orders; its standard deviation is measured, as of all that add noise.
    SLOPES.put("er_sde", 1.59);
    // Third order: an eighth. UniPC's corrector lifts its second order by one; where its error
    // changes sign the slope is steeper. LMS is of fourth order but for its first three steps.
    SLOPES.put("unipc", 4.57);
    SLOPES.put("unipc_k", 3.05);
    SLOPES.put("lms", 3.18);
    SLOPES.put("lms_k", 3.74);
  }

  @TestFactory
  Stream<DynamicTest> twiceTheStepsHaveAsMuchLessErrorAsTheOrderSays() {
    return SLOPES.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> converges(e.getKey(), e.getValue())));
  }

  private static void converges(String name, double slope) {
    double before = error(name, Prediction.EPSILON, 60);
    double after = error(name, Prediction.EPSILON, 120);
    assertEquals(slope, Math.log(before / after) / Math.log(2), 0.03);
    if (name.equals("pndm")) return;
    assertEquals(after, error(name, Prediction.V_PREDICTION, 120), 1e-6 * after, "v-prediction");
  }

  @Test
  void everySchedulerIsProvedHereOrAsAConsistencyModels() {
    for (String name : Schedulers.names())
      assertTrue(SLOPES.containsKey(name) || name.matches("lcm|tcd|restart|test_.*"), name);
  }

  /** Its ladder depends on the number of steps, so whole runs are measured, with all draws. */
  @Test
  void restartTakesItsNoiseAwayAgainWithHeunsError() {
    double before = restartError(80);
    double after = restartError(160);
    assertEquals(2.44, Math.log(before / after) / Math.log(2), 0.03);
  }

  private static double restartError(int steps) {
    NoiseSchedule schedule = schedule(TRAIN_STEPS, Prediction.EPSILON);
    Plan plan = Schedulers.get("restart").plan(schedule, steps, 1);
    double found = deviation(plan, (input, e) -> network(input, e, Prediction.EPSILON, 0));
    return Math.abs(found - DEVIATION);
  }

  @Test
  void pndmIsOfFirstOrderWithVPrediction() {
    double before = error("pndm", Prediction.V_PREDICTION, 60);
    double after = error("pndm", Prediction.V_PREDICTION, 120);
    assertEquals(0.99, Math.log(before / after) / Math.log(2), 0.03);
  }

  @Test
  void dpm3mIsOfSecondOrderButBetterThanDpm2m() {
    for (int steps : new int[] {15, 30, 60, 120}) {
      double two = error("dpmpp_2m", Prediction.EPSILON, steps);
      assertTrue(error("dpmpp_3m", Prediction.EPSILON, steps) < two / 4, steps + " steps");
    }
  }

  @Test
  void consistencyModelsEndInTheDataHoweverFewTheSteps() {
    for (String name : new String[] {"lcm", "tcd"})
      for (int steps : new int[] {1, 2, 4, 8, 50})
        for (double strength : new double[] {0.5, 1}) {
          NoiseSchedule schedule = schedule(1000, Prediction.EPSILON);
          Plan plan = Schedulers.get(name).plan(schedule, steps, strength);
          if (plan.isEmpty()) continue;
          double found = deviation(plan, ConvergenceTest::consistent);
          double residue = name.equals("tcd") ? 0.035 : 1e-3; // the noise of timestep 0
          assertEquals(DEVIATION, found, residue, name + " " + steps);
        }
  }

  /** A perfect consistency model: x̂0 is where the probability flow ends. */
  private static double consistent(double input, Evaluation evaluation) {
    double sample = input / evaluation.inputScale();
    double x0 =
        ExactDenoisers.flow(0, DEVIATION, sample, evaluation.level(), NoiseLevel.ofAlphaCumprod(1));
    return ExactDenoisers.ofData(x0, input, evaluation, Prediction.EPSILON);
  }

  /** Returns the error of one sample, or for a stochastic method of the standard deviation. */
  private static double error(String name, Prediction prediction, int steps) {
    Part part = firstPart(name, prediction, steps);
    boolean drawing = part.plan.evaluations().stream().anyMatch(s -> !s.noiseWeights().isEmpty());
    NoiseLevel start = part.plan.evaluations().get(0).level();
    if (drawing) {
      double found =
          deviation(part.plan, (input, evaluation) -> network(input, evaluation, prediction, 0));
      return Math.abs(found - ExactDenoisers.deviation(DEVIATION, part.end));
    }
    double found =
        Runner.run(
            part.plan, 0, 1.1, (input, evaluation) -> network(input, evaluation, prediction, MEAN));
    double x = 1.1 * part.plan.noiseWeight();
    return Math.abs(found - ExactDenoisers.flow(MEAN, DEVIATION, x, start, part.end));
  }

  private static double network(
      double input, Evaluation evaluation, Prediction prediction, double mean) {
    double sample = input / evaluation.inputScale();
    double x0 = ExactDenoisers.posteriorMean(mean, DEVIATION, sample, evaluation.level());
    return ExactDenoisers.ofData(x0, input, evaluation, prediction);
  }

  /**
   * Returns the result's standard deviation: the variances of the first sample and all draws add
   * up.
   */
  private static double deviation(Plan plan, Runner.Model network) {
    double start = ExactDenoisers.deviation(DEVIATION, plan.evaluations().get(0).level());
    double variance = Math.pow(response(plan, network, start, -1), 2);
    for (Evaluation evaluation : plan.evaluations()) {
      if (evaluation.noiseWeights().isEmpty()) continue;
      double own = response(plan, network, 0, evaluation.index());
      variance += own * own;
      int next = evaluation.index() + 1;
      if (next < plan.evaluations().size())
        variance +=
            2
                * own
                * response(plan, network, 0, next)
                * correlation(evaluation, plan.evaluations().get(next));
    }
    return Math.sqrt(variance);
  }

  /** Returns the result of one source of noise alone. */
  private static double response(Plan plan, Runner.Model network, double start, int draw) {
    Plan alone = new Plan(0, 1, plan.evaluations());
    return Runner.run(alone, 0, start, network, e -> e.index() == draw ? 1 : 0);
  }

  /** Returns the correlation of two draws: 0 but for increments of one path that begin together. */
  private static double correlation(Evaluation evaluation, Evaluation next) {
    if (evaluation.increment().isEmpty() || next.increment().isEmpty()) return 0;
    BrownianIncrement a = evaluation.increment().get();
    BrownianIncrement b = next.increment().get();
    return a.from() == b.from() ? Math.sqrt((a.from() - a.to()) / (b.from() - b.to())) : 0;
  }

  /**
   * The first part of a run.
   *
   * @param end the level where it ends
   */
  private record Part(Plan plan, NoiseLevel end) {}

  /**
   * Returns four fifths of the steps; their end is at one timestep or sigma for all numbers of
   * steps.
   */
  private static Part firstPart(String name, Prediction prediction, int steps) {
    boolean points = name.matches("(euler|heun|lms|kdpm|dpmpp_sde).*"); // these count both ends
    boolean leading = name.matches("ddim|ddpm|pndm"); // these start a stride below the end
    Plan whole =
        Schedulers.get(name).plan(schedule(TRAIN_STEPS, prediction), points ? steps + 1 : steps, 1);
    int stop = steps / 5 * 4 - (leading ? 1 : 0);
    int rows = (int) whole.evaluations().stream().filter(s -> s.step() < stop).count();
    Plan part = new Plan(0, whole.noiseWeight(), whole.evaluations().subList(0, rows));
    return new Part(part, whole.evaluations().get(rows).level());
  }

  private static NoiseSchedule schedule(int trainSteps, Prediction prediction) {
    return BetaSchedule.of(
        SchedulerConfigs.of(
            Map.of(
                "beta_schedule",
                "scaled_linear",
                "beta_start",
                0.85 / trainSteps,
                "beta_end",
                12.0 / trainSteps,
                "num_train_timesteps",
                trainSteps,
                "skip_prk_steps",
                true,
                "prediction_type",
                prediction.toString())));
  }
}
