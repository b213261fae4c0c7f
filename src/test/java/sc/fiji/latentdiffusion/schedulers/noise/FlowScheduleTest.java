package sc.fiji.latentdiffusion.schedulers.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
    for (String key :
        List.of("use_dynamic_shifting", "use_beta_sigmas", "invert_sigmas", "stochastic_sampling"))
      refused(Map.of(key, true), key, "true", "expected false for flow matching");
    refused(Map.of("shift", 0), "shift", "0", "above 0");
    refused(Map.of("shift", "wide"), "shift", "wide", "a number");
    refused(Map.of("num_train_timesteps", 0), "num_train_timesteps", "0", "from 1 to 10000");
    refused(Map.of("prediction_type", "epsilon"), "epsilon", "flow_prediction");
  }

  private static void refused(Map<String, Object> config, String... parts) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> FlowSchedule.of(SchedulerConfigs.of(config)))
            .getMessage();
    for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
  }
}
