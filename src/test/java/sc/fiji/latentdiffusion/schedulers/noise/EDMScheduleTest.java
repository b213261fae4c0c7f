/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.OnePoint;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/** The numbers of EDM; whole schedules are compared with diffusers elsewhere. */
class EDMScheduleTest {

  private static final Map<String, Object> COSXL =
      Map.of(
          "_class_name",
          "EDMEulerScheduler",
          "sigma_max",
          120,
          "sigma_min",
          0.002,
          "sigma_data",
          1,
          "sigma_schedule",
          "exponential",
          "prediction_type",
          "v_prediction");

  private static EDMSchedule with(String key, Object value) {
    Map<String, Object> config = new HashMap<>(COSXL);
    config.put(key, value);
    return EDMSchedule.of(SchedulerConfigs.of(config));
  }

  /** c_skip, c_out, c_in and c_noise of Karras et al. 2022, table 1, with σ_data = 1. */
  @Test
  void theNetworkIsPreconditionedAsEdm() {
    EDMSchedule noise = EDMSchedule.of(SchedulerConfigs.of(COSXL));
    for (double sigma : new double[] {0.002, 0.5, 3, 120}) {
      NoiseLevel level = noise.varianceExploding(sigma);
      double square = sigma * sigma + 1;
      assertEquals(1 / square, noise.predOriginalSample(level).sample(), 1e-12);
      assertEquals(-sigma / Math.sqrt(square), noise.predOriginalSample(level).output(), 1e-12);
      assertEquals(1 / Math.sqrt(square), level.inputScale(), 1e-12);
      assertEquals(Math.log(sigma) / 4, noise.timestep(sigma), 1e-12);
      assertEquals(sigma, noise.sigma(noise.timestep(sigma)), 1e-12 * sigma);
    }
    assertEquals(Math.sqrt(120 * 120 + 1), noise.initNoiseSigma(120));
    assertEquals(1, noise.level(700).inputScale());
    assertEquals(noise.sigmas()[700], noise.level(700).sigmaExploding(), 1e-12);
    assertEquals(Math.log(noise.sigmas()[700]) / 4, noise.time(700), 1e-12);
  }

  /** diffusers 0.42.1: EDMEulerScheduler(…, sigma_schedule=…).set_timesteps(4).sigmas. */
  @Test
  void fourStepsLieWhereDiffusersPlacesThem() {
    double[] even = {120, 3.065238, 0.078297, 0.002};
    double[] karras = {120, 14.024694, 0.624347, 0.002};
    assertArrayEquals(even, sigmas("euler", EDMSchedule.of(SchedulerConfigs.of(COSXL))), 1e-6);
    assertArrayEquals(even, sigmas("dpmpp_2m", EDMSchedule.of(SchedulerConfigs.of(COSXL))), 1e-6);
    assertArrayEquals(karras, sigmas("euler_k", EDMSchedule.of(SchedulerConfigs.of(COSXL))), 1e-6);
    assertArrayEquals(karras, sigmas("euler", with("sigma_schedule", "karras")), 1e-6);
  }

  private static double[] sigmas(String scheduler, EDMSchedule noise) {
    Plan plan = Schedulers.get(scheduler).plan(noise, 4, 1);
    return plan.evaluations().stream().mapToDouble(e -> e.sigma()).toArray();
  }

  @Test
  void schedulersWhoseWalkNeedsBetasAreRefusedAndAllOthersEndOnTheOnePointOfTheData() {
    List<String> refused = new ArrayList<>();
    for (String name : Schedulers.names()) {
      try {
        for (int steps : new int[] {1, 2, 3, 14, 15, 50})
          for (double strength : new double[] {0.3, 0.8, 1}) endsOnThePoint(name, steps, strength);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("not flow matching or EDM"), e.getMessage());
        refused.add(name);
      }
    }
    assertEquals(SchedulerConfigs.NEED_BETAS, refused);
  }

  private static void endsOnThePoint(String name, int steps, double strength) {
    Plan plan =
        Schedulers.get(name).plan(EDMSchedule.of(SchedulerConfigs.of(COSXL)), steps, strength);
    double found = OnePoint.run(plan, Prediction.V_PREDICTION);
    assertEquals(OnePoint.X0, found, 1e-6, () -> name + "\n" + plan);
  }

  @Test
  void otherKindsOfEdmAreRefusedByNameAndValue() {
    refused("sigma_data", 0.5, "sigma_data", "0.5", "1.0 for EDM");
    refused("sigma_data", null, "sigma_data", "0.5");
    refused("rho", 5, "rho", "5", "7.0 for EDM");
    refused("prediction_type", "epsilon", "epsilon", "v_prediction");
    refused("sigma_schedule", "linear", "sigma_schedule", "linear", "karras, exponential");
    refused("sigma_min", 0, "sigma_min", "above 0");
    refused("sigma_max", 0.001, "sigma_max", "0.001");
    refused("sigma_max", "Infinity", "sigma_max", "Infinity");
  }

  private static void refused(String key, Object value, String... parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> with(key, value)).getMessage();
    for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
  }
}
