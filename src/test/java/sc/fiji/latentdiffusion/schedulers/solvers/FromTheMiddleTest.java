/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.ExactDenoisers;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Runner;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * diffusers' lms and pndm are wrong when they start in the middle; ours are right. This class keeps
 * diffusers' way: its numbers equal diffusers', and with a perfect denoiser it misses the one point
 * of the data.
 */
class FromTheMiddleTest {

  private static final int STEPS = 20;
  private static final int BEGIN = 10; // strength 0.5
  private static final double[] DATA = {0.5, -1, 0.25, 2};
  private static final double[] NOISE = {1, -0.5, 0.3, -2};
  private static final BetaSchedule STABLE_DIFFUSION = schedule(false);

  /** Printed by {@code python src/test/python/schedulers.py --theirs} with diffusers 0.42.1. */
  private static final Map<String, double[]> THEIR_RESULTS =
      Map.of(
          "lms", new double[] {0.7786897, -0.6438192, 0.211439, -0.3034077},
          "lms_k", new double[] {0.7142012, -0.6864521, 0.2152608, -0.06580037},
          "pndm", new double[] {0.8580759, -0.6835039, 0.2329759, -0.4222604});

  @Test
  void diffusersWayGivesDiffusersNumbers() {
    THEIR_RESULTS.forEach(
        (name, results) -> {
          Plan theirs = theirs(name, STABLE_DIFFUSION);
          for (int j = 0; j < DATA.length; j++)
            assertEquals(
                results[j],
                Runner.run(theirs, DATA[j], NOISE[j], FromTheMiddleTest::network),
                1e-4,
                name);
        });
  }

  @Test
  void diffusersWayMissesTheOnePointAndOursMeetsIt() {
    assertEquals(0.6933, onePoint(theirs("lms", schedule(true))), 1e-4);
    assertEquals(0.7084, onePoint(theirs("pndm", schedule(true))), 1e-4);
    for (String name : THEIR_RESULTS.keySet()) {
      Plan ours = Schedulers.get(name).plan(schedule(true), STEPS, 0.5);
      assertEquals(0.7, onePoint(ours), 1e-9, name);
    }
  }

  private static double onePoint(Plan plan) {
    return Runner.run(
        plan,
        0.7,
        -1.3,
        (input, evaluation) -> ExactDenoisers.ofData(0.7, input, evaluation, Prediction.EPSILON));
  }

  private static double network(double input, Evaluation evaluation) {
    return Math.tanh(input) * (evaluation.timestep() + 1) / (evaluation.timestep() + 2);
  }

  private static Plan theirs(String name, BetaSchedule schedule) {
    return name.equals("pndm") ? theirPndm(schedule) : theirLms(name, schedule);
  }

  /**
   * Returns the weights of a run from the start, without those of slopes that a later start lacks.
   */
  private static Plan theirLms(String name, BetaSchedule schedule) {
    List<Evaluation> rows = new ArrayList<>();
    Plan whole = Schedulers.get(name).plan(schedule, STEPS, 1);
    for (Evaluation row : whole.evaluations().subList(BEGIN, STEPS)) {
      List<Double> weights = row.modelWeights();
      int there = Math.min(weights.size(), rows.size() + 1);
      rows.add(row.next(row.sampleWeights(), weights.subList(0, there)));
    }
    return Plan.of(BEGIN, 1, rows);
  }

  /** Timesteps of which the second should come twice, and a step too many to make up for it. */
  private static Plan theirPndm(BetaSchedule schedule) {
    double[] timesteps = schedule.wholeTimesteps(STEPS);
    PNDM.Table table = new PNDM.Table(schedule, STEPS);
    table.addWarmUp((int) timesteps[BEGIN - 1], (int) timesteps[BEGIN]);
    for (int i = BEGIN + 1; i < STEPS; i++) table.addMultistep((int) timesteps[i]);
    return Plan.of(BEGIN, 1, table.rows());
  }

  private static BetaSchedule schedule(boolean alphaToOne) {
    Map<String, Object> config = SchedulerConfigs.stableDiffusion();
    config.put("set_alpha_to_one", alphaToOne);
    return BetaSchedule.of(SchedulerConfigs.of(config));
  }
}
