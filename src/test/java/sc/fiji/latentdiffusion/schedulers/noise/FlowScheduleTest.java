/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;

/** The numbers of flow matching; whole schedules are compared with diffusers elsewhere. */
class FlowScheduleTest {

  @Test
  void sigmaIsTheWeightOfTheNoiseAndTimeIsProportionalToIt() {
    FlowSchedule noise = FlowSchedule.of(SchedulerConfigs.of(Map.of()));
    assertEquals(new NoiseLevel(0.75, 0.25, 1), noise.variancePreserving(0.25));
    assertEquals(new NoiseLevel(0.75, 0.25, 1), noise.varianceExploding(0.25));
    assertEquals(250, noise.timestep(0.25));
    assertEquals(0.25, noise.sigma(250));
    assertEquals(1, noise.sigma(1e9));
    assertEquals(0, noise.sigma(-1));
    assertEquals(1000, noise.sigmas().length);
    assertEquals(0.001, noise.sigmas()[0], 1e-9);
    assertEquals(1, noise.sigmas()[999]);
    assertEquals(noise.variancePreserving(noise.sigmas()[499]), noise.level(499));
    assertEquals(500, noise.time(499), 1e-4);
  }

  @Test
  void theNetworkPredictsNoiseLessData() {
    FlowSchedule noise = FlowSchedule.of(SchedulerConfigs.of(Map.of()));
    NoiseLevel level = noise.variancePreserving(0.25);
    double x = 0.75 * 2 + 0.25 * -1;
    assertEquals(2, noise.predOriginalSample(level).of(x, -1 - 2));
    assertEquals(-1, noise.noise(level).of(x, -1 - 2));
    assertEquals(new OutputWeights(0, 1), noise.slope(level));
  }

  @Test
  void theShiftMovesTheStepsToMoreNoise() {
    double[] timesteps =
        FlowSchedule.of(SchedulerConfigs.of(Map.of("shift", 3))).timesteps(Counting.POINTS, 3);
    double least = 3 * 0.001 / 1.002;
    double middle = (1 + least) / 2;
    assertArrayEquals(
        new double[] {1000, 3000 * middle / (1 + 2 * middle), 3000 * least / (1 + 2 * least)},
        timesteps,
        1e-4);
  }

  @Test
  void unsupportedSettingsAreRefusedByNameAndValue() {
    refused(Map.of("invert_sigmas", true), "invert_sigmas", "true", "false for flow matching");
    refused(
        Map.of("use_beta_sigmas", true, "use_karras_sigmas", true),
        "use_beta_sigmas",
        "false beside use_karras_sigmas");
    refused(Map.of("shift_terminal", 1), "shift_terminal", "1", "without 1");
    refused(dynamic("max_shift", "Infinity"), "max_shift", "a finite number");
    refused(dynamic("time_shift_type", "cubic"), "time_shift_type", "exponential, linear", "cubic");
    refused(dynamic("max_image_seq_len", 256), "max_image_seq_len", "256", "base_image_seq_len");
    refused(Map.of("shift", 0), "shift", "0", "above 0");
    refused(Map.of("shift", "wide"), "shift", "wide", "a number");
    refused(Map.of("num_train_timesteps", 0), "num_train_timesteps", "0", "from 1 to 10000");
    refused(Map.of("prediction_type", "epsilon"), "epsilon", "flow_prediction");
  }

  private static Map<String, Object> dynamic(String key, Object value) {
    return Map.of("use_dynamic_shifting", true, key, value);
  }

  @Test
  void aShiftThatDependsOnTheSizeIsKnownForLatentsOfASize() {
    FlowSchedule noise = FlowSchedule.of(SchedulerConfigs.of(Map.of("use_dynamic_shifting", true)));
    assertFalse(noise.isForAnySize());
    assertThrows(IllegalStateException.class, () -> noise.timesteps(Counting.POINTS, 3));
    assertEquals(0.5, noise.sigmas()[499], 1e-7);
    FlowSchedule sized = noise.forLatents(16, 16);
    assertTrue(sized.isForAnySize());
    double ratio = Math.exp(0.5);
    assertEquals(ratio / (ratio + 1), sized.sigmas()[499], 1e-7);
    assertEquals(1000, sized.timesteps(Counting.POINTS, 3)[0]);
    assertEquals(sized.sigmas()[499], sized.forLatents(16, 16).sigmas()[499]);
  }

  @Test
  void aPatchOfTheLatentsIsOneToken() {
    Map<String, Object> dynamic = Map.of("use_dynamic_shifting", true);
    FlowSchedule patches = FlowSchedule.ofPatches(SchedulerConfigs.of(dynamic), 2);
    FlowSchedule pixels = FlowSchedule.of(SchedulerConfigs.of(dynamic));
    assertArrayEquals(
        pixels.forLatents(32, 24).timesteps(Counting.POINTS, 9),
        patches.forLatents(65, 48).timesteps(Counting.POINTS, 9));
  }

  @Test
  void aShiftThatIsNoneIsRefusedWithTheNumberOfTokens() {
    Map<String, Object> falling =
        Map.of("use_dynamic_shifting", true, "time_shift_type", "linear", "max_shift", -3);
    FlowSchedule noise = FlowSchedule.of(SchedulerConfigs.of(falling)).forLatents(64, 64);
    String message =
        assertThrows(IllegalArgumentException.class, () -> noise.timesteps(Counting.POINTS, 3))
            .getMessage();
    assertTrue(message.contains("4096 tokens") && message.contains("-3.0"), message);
  }

  private static void refused(Map<String, Object> config, String... parts) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> FlowSchedule.of(SchedulerConfigs.of(config)))
            .getMessage();
    for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
  }
}
