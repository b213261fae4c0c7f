/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Runner;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.EDMSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;

/** DDIM backwards, and back. */
class DDIMInverseTest {

  private static BetaSchedule schedule(String spacing, boolean toOne) {
    Map<String, Object> config =
        new HashMap<>(
            Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012));
    config.put("set_alpha_to_one", toOne);
    config.put("timestep_spacing", spacing);
    return BetaSchedule.of(SchedulerConfigs.of(config));
  }

  private static double[] timesteps(Plan plan) {
    return plan.evaluations().stream().mapToDouble(Evaluation::timestep).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"leading", "trailing"})
  void itTakesTheTimestepsOfDDIMFromTheLast(String spacing) {
    NoiseSchedule noise = schedule(spacing, false);
    double[] there = timesteps(DDIMInverse.plan(noise, 8));
    double[] back = timesteps(Schedulers.get("ddim").plan(noise, 8, 1));
    assertArrayEquals(IntStream.range(0, 8).mapToDouble(i -> back[7 - i]).toArray(), there);
  }

  @Test
  void theNoiseRisesFromNone() {
    Plan plan = DDIMInverse.plan(schedule("leading", true), 10);
    assertEquals(1, plan.dataWeight());
    assertEquals(0, plan.noiseWeight());
    double before = -1;
    for (Evaluation evaluation : plan.evaluations()) {
      assertTrue(evaluation.sigma() > before);
      before = evaluation.sigma();
    }
    assertEquals(0, plan.evaluations().get(0).sigma());
  }

  /** The network asked at t knows the one point x0; what it is given is a stride less noisy. */
  @ParameterizedTest
  @CsvSource({"leading, true, 1e-9", "trailing, true, 1e-9", "leading, false, 4e-3"})
  void onePointComesBack(String spacing, boolean toOne, double tolerance) {
    BetaSchedule noise = schedule(spacing, toOne);
    double x0 = 0.47;
    Runner.Model network =
        (x, evaluation) -> {
          NoiseLevel level = noise.level((int) evaluation.timestep());
          return (x - level.alpha() * x0) / level.sigma();
        };
    double inverted = Runner.run(DDIMInverse.plan(noise, 20), x0, 0, network);
    Plan back = Schedulers.get("ddim").plan(noise, 20, 1);
    assertEquals(
        x0, Runner.run(new Plan(1, 0, back.evaluations()), inverted, 0, network), tolerance);
  }

  /** {@code out = x/2 + t}: a step of Euler's up to σ' is {@code x' = x + (σ' − σ) out}. */
  @Test
  void withFlowMatchingItIsEulersStepBackwards() {
    FlowSchedule flow = FlowSchedule.of(SchedulerConfigs.of(Map.of("shift", 3)));
    Plan plan = DDIMInverse.plan(flow, 5);
    double[] back = timesteps(Schedulers.get("euler").plan(flow, 5, 1));
    assertArrayEquals(
        IntStream.range(0, 5).mapToDouble(i -> back[4 - i]).toArray(), timesteps(plan));
    double x = 0.3;
    double sigma = 0;
    for (int i = 4; i >= 0; i--) {
      x += (back[i] / 1000 - sigma) * (x / 2 + back[i]);
      sigma = back[i] / 1000;
    }
    Runner.Model network = (input, evaluation) -> input / 2 + evaluation.timestep();
    assertEquals(x, Runner.run(plan, 0.3, 0, network), 1e-4 * Math.abs(x));
    assertEquals(1, plan.evaluations().get(4).sampleWeights().get(0));
    assertEquals(0.3, plan.evaluations().get(0).predOriginalSample().of(0.3, 7));
  }

  @Test
  void edmIsRefused() {
    EDMSchedule edm =
        EDMSchedule.of(
            SchedulerConfigs.of(Map.of("prediction_type", "v_prediction", "sigma_data", 1)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> DDIMInverse.plan(edm, 5)).getMessage();
    assertTrue(message.startsWith("Inversion by ddim is for β schedules"), message);
  }
}
