package sc.fiji.latentdiffusion.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sc.fiji.latentdiffusion.pipeline.Schedulers;

/**
 * If the data is one point, what a perfect network predicts is known exactly, and every right
 * sampler ends on that point, from the start as from the middle, without comparing to any other
 * software.
 */
class OnePointTest {

  private static final double X0 = 0.7;
  private static final double Z = -1.3;

  @TestFactory
  Stream<DynamicTest> everySchedulerEndsOnTheOnePointThereIs() {
    return Schedulers.names().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> endsOnThePoint(name)));
  }

  private static void endsOnThePoint(String name) {
    for (Prediction prediction : Prediction.values())
      for (Spacing spacing : Spacing.values())
        for (int steps : new int[] {1, 2, 5, 14, 15, 50})
          for (double strength : new double[] {0.1, 0.3, 0.5, 0.8, 1})
            for (boolean zeroSnr : new boolean[] {false, true}) {
              if (zeroSnr && prediction == Prediction.EPSILON) continue;
              // DDIM's last stride ends on data only where strides are whole, as in diffusers
              if (name.equals("ddim") && 1000 % steps != 0) continue;
              Map<String, Object> config = config(spacing, true);
              config.put("rescale_betas_zero_snr", zeroSnr);
              Plan plan =
                  Schedulers.get(name).plan(NoiseSchedule.of(config), prediction, steps, strength);
              assertEquals(
                  X0,
                  run(plan, prediction),
                  1e-6,
                  () -> name + " " + prediction + " strength " + strength + config + "\n" + plan);
            }
  }

  @Test
  void ddimKeepsTheNoiseOfTimestepZeroWhereTheConfigSaysSo() {
    NoiseSchedule schedule = NoiseSchedule.of(config(Spacing.LEADING, false));
    NoiseLevel last = NoiseLevel.ofAlphaCumprod(schedule.alphaCumprod(0));
    for (double strength : new double[] {0.5, 1}) {
      Plan plan = Schedulers.get("ddim").plan(schedule, Prediction.EPSILON, 20, strength);
      double noise = strength == 1 ? firstNoise(plan) : Z;
      double expected = last.alpha() * X0 + last.sigma() * noise;
      assertEquals(expected, run(plan, Prediction.EPSILON), 1e-9);
    }
    assertEquals(0.0292, last.sigma(), 1e-4);
  }

  /** A run from noise alone begins at x = Z, which is not α·X0 + σ·Z. */
  private static double firstNoise(Plan plan) {
    NoiseLevel level = plan.steps().get(0).level();
    return (Z - level.alpha() * X0) / level.sigma();
  }

  private static double run(Plan plan, Prediction prediction) {
    return Runner.run(plan, X0, Z, (input, step) -> perfect(input, step, prediction));
  }

  private static double perfect(double input, Step step, Prediction prediction) {
    double alpha = step.level().alpha() * step.inputScale();
    double sigma = step.level().sigma() * step.inputScale();
    double noise = (input - alpha * X0) / sigma;
    return switch (prediction) {
      case EPSILON -> noise;
      case V_PREDICTION -> alpha * noise - sigma * X0;
      case SAMPLE -> X0;
    };
  }

  private static Map<String, Object> config(Spacing spacing, boolean alphaToOne) {
    return new HashMap<>(
        Map.of(
            "beta_schedule",
            "scaled_linear",
            "beta_start",
            0.00085,
            "beta_end",
            0.012,
            "steps_offset",
            1,
            "set_alpha_to_one",
            alphaToOne,
            "timestep_spacing",
            spacing.toString()));
  }
}
