/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;

/** The schedulers on models of flow matching, proved without any other software. */
class FlowTest {

  private static final double MEAN = 0.3;
  private static final double DEVIATION = 0.5;
  private static final NoiseLevel NOISE = new NoiseLevel(0, 1, 1);

  /**
   * The exponent p of error ∝ steps^−p, found between 60 and 120 steps, of which the first four
   * fifths run.
   */
  private static final Map<String, Double> SLOPES = new LinkedHashMap<>();

  static {
    // First order: half the error for twice the steps.
    SLOPES.put("ddim", 1.00);
    SLOPES.put("euler", 1.00);
    SLOPES.put("euler_k", 0.99);
    SLOPES.put("euler_a", 0.97);
    SLOPES.put("gradient_estimation", 0.83);
    SLOPES.put("heunpp2", 1.10);
    SLOPES.put("er_sde", 1.68);
    // Second order: a quarter. LMS begins with a step of Euler's, whose error stays.
    SLOPES.put("lms", 1.97);
    SLOPES.put("lms_k", 2.17);
    SLOPES.put("heun", 2.00);
    SLOPES.put("heun_k", 2.00);
    SLOPES.put("dpmpp_2s", 1.97);
    SLOPES.put("dpmpp_2s_k", 1.89);
    SLOPES.put("dpmpp_2m", 2.00);
    SLOPES.put("dpmpp_2m_k", 1.79);
    SLOPES.put("dpmpp_3m", 1.93);
    SLOPES.put("dpmpp_3m_k", 2.01);
    SLOPES.put("dpmpp_2m_sde", 1.95);
    SLOPES.put("dpmpp_2m_sde_k", 1.92);
    SLOPES.put("unipc_k", 1.99);
    SLOPES.put("ipndm", 2.16);
    SLOPES.put("res_multistep", 1.30);
    // Third order: an eighth.
    SLOPES.put("unipc", 2.94);
  }

  @Test
  void thoseThatNeedBetasAreRefusedByNameAndAllOthersAreProvedHere() {
    List<String> refused = new ArrayList<>();
    for (String name : Schedulers.names()) {
      try {
        assertFalse(plan(name, 3, 20, 1).isEmpty());
        assertTrue(SLOPES.containsKey(name) || name.equals("lcm"), name);
      } catch (IllegalArgumentException e) {
        String message = "Scheduler '" + name + "' is for β schedules, not flow matching";
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
        refused.add(name);
      }
    }
    assertEquals(SchedulerConfigs.NEED_BETAS, refused);
  }

  @TestFactory
  Stream<DynamicTest> ifTheDataAreOnePointEveryRunEndsThere() {
    return Stream.concat(SLOPES.keySet().stream(), Stream.of("lcm"))
        .map(name -> DynamicTest.dynamicTest(name, () -> endsOnThePoint(name)));
  }

  private static void endsOnThePoint(String name) {
    for (double shift : new double[] {1, 3})
      for (int steps : new int[] {1, 2, 3, 5, 14, 15, 50})
        for (double strength : new double[] {0.1, 0.3, 0.5, 0.8, 1}) {
          Plan plan = plan(name, shift, steps, strength);
          double found = OnePoint.run(plan, Prediction.FLOW);
          assertEquals(OnePoint.X0, found, 1e-9, () -> name + "\n" + plan);
        }
  }

  @TestFactory
  Stream<DynamicTest> twiceTheStepsHaveAsMuchLessErrorAsTheOrderSays() {
    return SLOPES.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> converges(e.getKey(), e.getValue())));
  }

  private static void converges(String name, double slope) {
    double before = error(name, 60);
    double after = error(name, 120);
    assertEquals(slope, Math.log(before / after) / Math.log(2), 0.03, before + " to " + after);
  }

  /** Of one sample, or for a stochastic method of the standard deviation of all. */
  private static double error(String name, int steps) {
    Plan whole = plan(name, 3, steps + 1, 1);
    int rows = (int) whole.evaluations().stream().filter(e -> e.step() < steps / 5 * 4).count();
    NoiseLevel end = whole.evaluations().get(rows).level();
    Plan part = new Plan(0, 1, whole.evaluations().subList(0, rows));
    boolean drawing = part.evaluations().stream().anyMatch(e -> !e.noiseWeights().isEmpty());
    if (drawing) return Math.abs(deviation(part) - ExactDenoisers.deviation(DEVIATION, end));
    double found = Runner.run(part, 0, 1.1, (input, e) -> network(input, e, MEAN));
    return Math.abs(found - ExactDenoisers.flow(MEAN, DEVIATION, 1.1, NOISE, end));
  }

  private static double network(double input, Evaluation evaluation, double mean) {
    double x0 = ExactDenoisers.posteriorMean(mean, DEVIATION, input, evaluation.level());
    return ExactDenoisers.ofData(x0, input, evaluation, Prediction.FLOW);
  }

  /** The standard deviation of the results: the first noise and every draw add up. */
  private static double deviation(Plan plan) {
    double variance = Math.pow(response(plan, 1, -1), 2);
    for (Evaluation e : plan.evaluations()) variance += Math.pow(response(plan, 0, e.index()), 2);
    return Math.sqrt(variance);
  }

  private static double response(Plan plan, double noise, int draw) {
    return Runner.run(
        plan, 0, noise, (input, e) -> network(input, e, 0), e -> e.index() == draw ? 1 : 0);
  }

  @Test
  void ddimIsEuler() {
    assertEquals(plan("euler", 3, 20, 0.7), plan("ddim", 3, 20, 0.7));
  }

  @Test
  void aRunFromTheMiddleStartsWithTheDataMixedWithNoise() {
    for (String name : SLOPES.keySet()) {
      Plan plan = plan(name, 3, 20, 0.5);
      double sigma = plan.evaluations().get(0).timestep() / 1000;
      assertEquals(1 - sigma, plan.dataWeight(), 1e-7, name);
      assertEquals(sigma, plan.noiseWeight(), 1e-7, name);
      assertEquals(1, plan(name, 3, 20, 1).noiseWeight(), name);
    }
  }

  @Test
  void stochasticSamplingIsEulersAloneAndDrawsInEveryStep() {
    NoiseSchedule noise = FlowSchedule.of(SchedulerConfigs.of(Map.of("stochastic_sampling", true)));
    for (String name : List.of("ddim", "euler", "euler_k")) {
      Plan plan = Schedulers.get(name).plan(noise, 4, 1);
      for (Evaluation e : plan.evaluations()) assertEquals(1, e.noiseWeights().size(), name);
      assertEquals(List.of(0.0), plan.evaluations().get(3).noiseWeights());
    }
    assertEquals(plan("heun", 1, 4, 1), Schedulers.get("heun").plan(noise, 4, 1));
  }

  private static Plan plan(String name, double shift, int steps, double strength) {
    NoiseSchedule noise = FlowSchedule.of(SchedulerConfigs.of(Map.of("shift", shift)));
    return Schedulers.get(name).plan(noise, steps, strength);
  }
}
