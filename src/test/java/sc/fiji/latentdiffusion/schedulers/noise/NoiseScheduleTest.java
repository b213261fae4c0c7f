/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Prediction;

/** Reads {@code scheduler_config.json}, right ones and wrong ones. */
class NoiseScheduleTest {

  private static final Map<String, Object> SD =
      Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012);

  @Test
  void anEmptyConfigHasDiffusersDefaults() {
    BetaSchedule schedule = BetaSchedule.of(SchedulerConfigs.of(Map.of()));
    assertEquals(1000, schedule.trainSteps());
    assertEquals(0.9999, schedule.alphaCumprod(0), 1e-7);
    assertEquals(Prediction.EPSILON, schedule.prediction());
    assertEquals(Optional.empty(), schedule.spacing());
    assertEquals(0, schedule.stepsOffset());
    assertEquals(0, schedule.finalSigma());
  }

  @Test
  void stableDiffusionsSigmasGoFrom14Point6To0Point03() {
    double[] sigmas = BetaSchedule.of(SchedulerConfigs.of(SD)).sigmas();
    assertEquals(0.029167, sigmas[0], 1e-6);
    assertEquals(14.614642, sigmas[999], 1e-5);
  }

  @Test
  void sigmaAndTimestepAreInverses() {
    BetaSchedule schedule = BetaSchedule.of(SchedulerConfigs.of(SD));
    for (int t : new int[] {0, 1, 500, 998, 999})
      assertEquals(t, schedule.timestep(schedule.sigma(t)), 1e-4);
    assertEquals(14.614642, schedule.sigma(1e9), 1e-5);
    assertEquals(0.029167, schedule.sigma(-3), 1e-6);
    assertEquals((schedule.sigma(7) + schedule.sigma(8)) / 2, schedule.sigma(7.5), 1e-12);
    assertEquals(0, schedule.timestep(0));
    assertEquals(999, schedule.timestep(1e9));
  }

  @Test
  void zeroSnrLeavesNothingOfTheDataAndASigmaOf4096() {
    BetaSchedule schedule =
        BetaSchedule.of(
            SchedulerConfigs.of(
                Map.of("beta_schedule", "scaled_linear", "rescale_betas_zero_snr", true)));
    assertEquals(0, schedule.alphaCumprod(999));
    assertEquals(4096, schedule.sigmas()[999], 1e-3);
  }

  @Test
  void listedBetasAreTakenAsTheyAre() {
    BetaSchedule schedule =
        BetaSchedule.of(
            SchedulerConfigs.of(
                Map.of("trained_betas", List.of(0.5, 0.5, 0.75), "num_train_timesteps", 3)));
    assertArrayEquals(new double[] {0.5, 0.25, 0.0625}, schedule.alphasCumprod());
  }

  @Test
  void whatIsWrongIsRefusedByNameAndValue() {
    refused(Map.of("trained_betas", List.of(0.1, 0.2)), "trained_betas", "a list of 2", "1000");
    refused(Map.of("beta_schedule", "wavy"), "beta_schedule", "wavy", "squaredcos_cap_v2");
    refused(Map.of("prediction_type", "flow"), "prediction_type", "flow", "v_prediction");
    refused(Map.of("timestep_spacing", "wide"), "timestep_spacing", "wide", "trailing");
    refused(Map.of("beta_start", "small"), "beta_start", "small", "a number");
    refused(Map.of("rescale_betas_zero_snr", 1), "rescale_betas_zero_snr", "1", "true or false");
    refused(Map.of("num_train_timesteps", 0), "num_train_timesteps", "0", "from 1 to 10000");
    refused(Map.of("trained_betas", List.of("a")), "trained_betas", "[\"a\"]", "a list of numbers");
  }

  private static void refused(Map<String, Object> config, String... parts) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> BetaSchedule.of(SchedulerConfigs.of(config)))
            .getMessage();
    for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
  }

  @Test
  void infinityMayBeWrittenAsAText() {
    BetaSchedule schedule =
        BetaSchedule.of(SchedulerConfigs.of(Map.of("lambda_min_clipped", "-Infinity")));
    assertEquals(Double.NEGATIVE_INFINITY, schedule.config().number("lambda_min_clipped", 0));
  }

  @Test
  void theSchedulersNameTellsFlowMatchingAndEdmFromBetas() {
    for (String name : List.of("FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler"))
      assertEquals(
          Prediction.FLOW,
          NoiseSchedules.of(SchedulerConfigs.of(Map.of("_class_name", name))).prediction(),
          name);
    Map<String, Object> edm = Map.of("sigma_data", 1, "prediction_type", "v_prediction");
    for (String name : List.of("EDMEulerScheduler", "EDMDPMSolverMultistepScheduler")) {
      Map<String, Object> config = new HashMap<>(edm);
      config.put("_class_name", name);
      assertEquals(
          80, NoiseSchedules.of(SchedulerConfigs.of(config)).initNoiseSigma(80), 0.01, name);
      assertEquals(
          Math.log(80) / 4,
          NoiseSchedules.of(SchedulerConfigs.of(config)).timestep(80),
          1e-9,
          name);
    }
    NoiseSchedule betas =
        NoiseSchedules.of(SchedulerConfigs.of(Map.of("_class_name", "PNDMScheduler")));
    assertEquals(Prediction.EPSILON, betas.prediction());
    refused(Map.of("prediction_type", "flow_prediction"), "flow_prediction", "v_prediction");
  }
}
