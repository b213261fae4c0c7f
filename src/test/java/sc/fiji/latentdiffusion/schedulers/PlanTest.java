/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;
import sc.fiji.latentdiffusion.settings.Config;

/** Properties that the plans of all schedulers share. */
class PlanTest {

  private static final Map<String, Object> SD =
      Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012);

  @Test
  void strengthIsTheLastPartOfTheSteps() {
    for (String name : Schedulers.names()) {
      assertEquals(10, steps(name, 20, 0.5), name);
      if (most(name, Spacing.LINSPACE) >= 100)
        assertEquals(28, steps(name, 100, 0.29), name + ": 0.29 · 100 is just below 29");
      assertEquals(7, steps(name, 10, 0.7), name);
      assertEquals(1, steps(name, 1, 1), name);
    }
  }

  private static int steps(String name, int steps, double strength) {
    List<Evaluation> table = plan(name, SD, steps, strength).evaluations();
    List<Evaluation> whole = plan(name, SD, steps, 1).evaluations();
    Evaluation last = table.get(table.size() - 1);
    assertEquals(whole.get(whole.size() - 1).timestep(), last.timestep());
    return last.step() + 1;
  }

  @Test
  void methodsOfTwoEvaluationsCountSteps() {
    for (String name : Schedulers.names()) {
      boolean two = name.matches("(heun|kdpm_2|kdpm_2_a|dpmpp_sde|dpmpp_2s_a|restart)(_k)?");
      int one = name.equals("pndm") ? 11 : name.equals("heunpp2") ? 3 * 10 - 3 : 10;
      int evaluations = two ? 19 : one;
      Map<String, Object> config = with("skip_prk_steps", true);
      assertEquals(evaluations, plan(name, config, 20, 0.5).evaluations().size(), name);
    }
    assertEquals(
        3 * 4 + 7, plan("pndm", SD, 20, 0.5).evaluations().size(), "Runge and Kutta's warm-up");
    List<Integer> steps =
        plan("heun", SD, 3, 1).evaluations().stream().map(Evaluation::step).toList();
    assertEquals(List.of(0, 0, 1, 1, 2), steps);
  }

  @Test
  void noStrengthIsNoStep() {
    for (String name : Schedulers.names()) {
      assertTrue(plan(name, SD, 20, 0).isEmpty(), name);
      assertTrue(plan(name, SD, 10, 0.09).isEmpty(), name);
      assertTrue(plan(name, with("timestep_spacing", "leading"), 1000, 0).isEmpty(), name);
      assertEquals(1, plan(name, SD, 20, 0).dataWeight());
      assertEquals(0, plan(name, SD, 20, 0).noiseWeight());
    }
  }

  @Test
  void fullStrengthStartsFromNoiseAlone() {
    for (String name : Schedulers.names()) {
      assertEquals(0, plan(name, SD, 20, 1).dataWeight(), name);
      assertTrue(plan(name, SD, 20, 1).noiseWeight() >= 1, name);
    }
    // EulerDiscreteScheduler.init_noise_sigma: sigma of linspace, √(sigma² + 1) of leading
    assertEquals(14.6146, plan("euler", SD, 20, 1).noiseWeight(), 1e-4);
    Map<String, Object> leading = with("timestep_spacing", "leading", "steps_offset", 1);
    Plan plan = plan("euler", leading, 20, 1);
    assertEquals(Math.hypot(plan.evaluations().get(0).sigma(), 1), plan.noiseWeight(), 1e-12);
  }

  @Test
  void aStartInTheMiddleIsItsFirstStepsNoiseLevel() {
    for (String name : Schedulers.names()) {
      Plan plan = plan(name, SD, 20, 0.5);
      assertEquals(plan.evaluations().get(0).level().alpha(), plan.dataWeight(), name);
      assertEquals(plan.evaluations().get(0).level().sigma(), plan.noiseWeight(), name);
      assertEquals(1, plan.evaluations().get(0).modelWeights().size(), name + ": no history yet");
    }
  }

  @Test
  void everyNumberOfStepsWorksWithEverySpacing() {
    for (String name : Schedulers.names())
      for (Spacing spacing : Spacing.values())
        for (int steps : new int[] {1, 2, 3, 7, 14, 15, 61, 99, 333, 499, 500, 501, 998, 999, 1000})
          works(name, spacing, steps);
  }

  private static void works(String name, Spacing spacing, int steps) {
    Map<String, Object> config = with("timestep_spacing", spacing.toString(), "steps_offset", 1);
    if (steps > most(name, spacing)) {
      String found = spacing == Spacing.LEADING && !name.matches("lcm|tcd") ? "leading" : "1…50";
      refused(name, config, steps, 1, found, String.valueOf(most(name, spacing)), "" + steps);
      return;
    }
    List<Evaluation> table = plan(name, config, steps, 1).evaluations();
    assertEquals(steps, table.get(table.size() - 1).step() + 1);
    for (Evaluation evaluation : table)
      assertTrue(finite(evaluation), () -> name + " " + spacing + evaluation);
  }

  /** The largest number of steps that a scheduler takes. */
  private static int most(String name, Spacing spacing) {
    if (name.matches("lcm|tcd")) return 50;
    boolean intervals =
        List.of("deis", "dpmpp_2m", "dpmpp_3m", "dpmpp_2m_sde", "unipc", "er_sde", "sa_solver")
            .contains(name);
    return intervals && spacing == Spacing.LEADING ? 999 : 1000;
  }

  private static boolean finite(Evaluation s) {
    DoubleStream weights =
        DoubleStream.of(s.timestep(), s.inputScale(), s.model().sample(), s.model().output());
    weights = DoubleStream.concat(weights, s.modelWeights().stream().mapToDouble(w -> w));
    weights = DoubleStream.concat(weights, s.noiseWeights().stream().mapToDouble(w -> w));
    weights =
        DoubleStream.concat(weights, s.correction().modelWeights().stream().mapToDouble(w -> w));
    return DoubleStream.concat(weights, s.sampleWeights().stream().mapToDouble(w -> w))
        .allMatch(Double::isFinite);
  }

  @Test
  void karrasStepsMayShareATimestepAndAreToldApartByTheirIndex() {
    List<Evaluation> steps = plan("dpmpp_2m_k", SD, 50, 1).evaluations();
    assertTrue(steps.stream().mapToDouble(Evaluation::timestep).distinct().count() < 50);
    assertEquals(50, steps.stream().mapToDouble(Evaluation::sigma).distinct().count());
    for (int i = 0; i < 50; i++) assertEquals(i, steps.get(i).index());
  }

  @Test
  void whatIsOutOfRangeIsRefusedWithTheRange() {
    for (String name : Schedulers.names()) {
      refused(name, SD, 0, 1, "steps", "1…1000", "0");
      refused(name, SD, 1001, 1, "steps", "1…1000", "1001");
      refused(name, SD, 10, -0.1, "strength", "0…1", "-0.1");
      refused(name, SD, 10, 1.5, "strength", "0…1", "1.5");
      refused(name, SD, 10, Double.NaN, "strength", "0…1", "NaN");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "num_train_timesteps, 1e8",
    "num_train_timesteps, 1e308",
    "num_train_timesteps, 0.5",
    "num_train_timesteps, 0",
    "steps_offset, 1e8",
    "steps_offset, 0.5",
    "beta_start, -0.1",
    "beta_start, NaN",
    "beta_end, 2",
  })
  void numbersOutOfTheirBoundsAreRefused(String key, double value) {
    Map<String, Object> config = with("timestep_spacing", "leading", key, value);
    refused("euler", config, 3, 1, "expected", key.startsWith("beta") ? "beta" : key);
  }

  @Test
  void betasThatLeaveNothingOfTheDataAreRefused() {
    Map<String, Object> ones = with("trained_betas", List.of(1, 1), "num_train_timesteps", 2);
    refused("euler", ones, 1, 1, "the first below");
    Map<String, Object> zeros =
        with("beta_start", 0, "beta_end", 0, "rescale_betas_zero_snr", true);
    refused("euler", zeros, 1, 1, "ᾱ from 0 to 1");
  }

  @Test
  void whatASchedulerCannotDoIsRefusedByName() {
    refused("unipc_k", with("predict_x0", false), 10, 1, "unipc_k", "predict_x0=false");
    refused("deis", with("solver_order", 4), 10, 1, "deis", "solver_order=4");
    refused("unipc", with("solver_order", 0), 10, 1, "unipc", "solver_order=0");
    refused(
        "ddpm", with("variance_type", "learned"), 10, 1, "variance_type", "learned", "fixed_large");
    refused(
        "lcm", with("original_inference_steps", 2000), 10, 1, "original_inference_steps", "1000");
    refused("dpmpp_2m", with("solver_type", "odd"), 10, 1, "solver_type", "odd", "midpoint");
    refused("euler", with("final_sigmas_type", "one"), 10, 1, "final_sigmas_type", "one", "zero");
    refused("euler", with("interpolation_type", "cubic"), 10, 1, "interpolation_type", "cubic");
    refused("euler", with("use_flow_sigmas", true), 1, 1, "use_flow_sigmas", "FlowMatchEuler");
    refused("euler", with("timestep_type", "continuous"), 10, 1, "timestep_type", "continuous");
    assertEquals(10, plan("euler", with("clip_sample", true), 10, 1).evaluations().size());
  }

  private static Optional<Clipping> limit(String scheduler, BetaSchedule noise) {
    return Schedulers.get(scheduler).plan(noise, 4, 1).evaluations().get(0).clipping();
  }

  @ParameterizedTest
  @CsvSource({
    "ddim, 1.5, q 0.9",
    "ddpm, 1.5, q 0.9",
    "lcm, 1.5, q 0.9",
    "heun, 1.5,",
    "heun_k, 1.5,",
    "dpmpp_2m,, q 0.9",
    "dpmpp_3m,, q 0.9",
    "dpmpp_2s,, q 0.9",
    "dpmpp_2m_sde,, q 0.9",
    "unipc,, q 0.9",
    "deis,, q 0.9",
    "euler,,",
    "tcd,,",
    "pndm,,",
    "kdpm_2,,"
  })
  void limitsOfTheConfigAreThoseThatDiffusersObeys(String name, String clip, String threshold) {
    Map<String, Object> config = with("clip_sample", true, "clip_sample_range", 1.5);
    BetaSchedule noise = BetaSchedule.of(SchedulerConfigs.of(config));
    assertEquals(Optional.ofNullable(clip), limit(name, noise).map(Clipping::text));
    Map<String, Object> both = new HashMap<>(config);
    both.putAll(Map.of("thresholding", true, "dynamic_thresholding_ratio", 0.9));
    noise = BetaSchedule.of(SchedulerConfigs.of(both));
    String expected = threshold == null ? clip : threshold;
    assertEquals(Optional.ofNullable(expected), limit(name, noise).map(Clipping::text));
  }

  @ParameterizedTest
  @CsvSource({"ddim, 1.0", "ddpm, 1.0", "lcm,", "heun,", "dpmpp_2m,"})
  void pixelsAreClippedByTheDefaultsOfTheSchedulersClassAndLatentsAreNot(String name, String clip) {
    Config config = SchedulerConfigs.of(Map.of());
    assertEquals(
        Optional.ofNullable(clip), limit(name, BetaSchedule.ofPixels(config)).map(Clipping::text));
    assertEquals(Optional.empty(), limit(name, BetaSchedule.of(config)));
    Config off = SchedulerConfigs.of(Map.of("clip_sample", false));
    assertEquals(Optional.empty(), limit(name, BetaSchedule.ofPixels(off)));
  }

  @Test
  void noSchedulerCanStartFromZeroSnrWithANoisePrediction() {
    Map<String, Object> config = with("rescale_betas_zero_snr", true);
    Map<String, Object> trailing = new HashMap<>(config);
    trailing.put("timestep_spacing", "trailing");
    for (String name : Schedulers.names()) {
      refused(name, trailing, 10, 1, "rescale_betas_zero_snr=true", "epsilon", "v_prediction");
      boolean strides = !name.endsWith("_k"); // Karras's begin with the largest sigma of all
      if (strides) assertFalse(plan(name, trailing, 10, 0.5).isEmpty(), name);
    }
    assertEquals(10, plan("ddim", config, 10, 1).evaluations().size());
    config.put("timestep_spacing", "leading");
    assertEquals(10, plan("euler", config, 10, 1).evaluations().size());
  }

  /** Data of mean 0.3 and deviation 0.5; the exact ends are 0.85 and −0.7. */
  @Test
  void runsFromZeroSnrThatPredictVelocityEndWithinTheData() {
    Map<String, Object> config = with("rescale_betas_zero_snr", true);
    config.putAll(Map.of("timestep_spacing", "trailing", "prediction_type", "v_prediction"));
    for (String name : Schedulers.names())
      for (int steps : new int[] {4, 10, 30})
        for (double z : new double[] {1.1, -2}) {
          Random random = new Random(5);
          double found =
              Runner.run(
                  plan(name, config, steps, 1),
                  0,
                  z,
                  (input, e) -> velocity(input, e),
                  e -> random.nextGaussian());
          assertEquals(0.3, found, 1.5, name + " of " + steps + " steps");
          boolean draws =
              name.matches("ddpm|euler_a|lcm|tcd|sa_solver|restart|.*(sde|_2_a|_2s_a).*");
          if (!draws) assertTrue((found - 0.3) * z > 0, name + " of " + steps + ": " + found);
        }
  }

  private static double velocity(double input, Evaluation evaluation) {
    double x = input / evaluation.inputScale();
    double data = ExactDenoisers.posteriorMean(0.3, 0.5, x, evaluation.level());
    return ExactDenoisers.ofData(data, input, evaluation, Prediction.V_PREDICTION);
  }

  @Test
  void aPlanIsAValue() {
    for (String name : Schedulers.names())
      assertEquals(plan(name, SD, 20, 0.6), plan(name, SD, 20, 0.6));
    List<Evaluation> steps = plan("ddim", SD, 20, 1).evaluations();
    assertThrows(UnsupportedOperationException.class, steps::clear);
    assertThrows(UnsupportedOperationException.class, () -> steps.get(0).modelWeights().clear());
    assertSame(Plan.EMPTY.evaluations(), Plan.EMPTY.evaluations());
  }

  @Test
  void aPlanPrintsOneLineAnEvaluation() {
    String[] lines = plan("dpmpp_2m_k", SD, 20, 1).toString().split("\\R");
    assertEquals(22, lines.length);
    assertTrue(lines[2].contains("999.0000") && lines[2].contains("14.6146"), lines[2]);
  }

  private static Plan plan(String name, Map<String, Object> config, int steps, double strength) {
    NoiseSchedule schedule = BetaSchedule.of(SchedulerConfigs.of(config));
    return Schedulers.get(name).plan(schedule, steps, strength);
  }

  private static Map<String, Object> with(Object... keysAndValues) {
    Map<String, Object> config = new HashMap<>(SD);
    for (int i = 0; i < keysAndValues.length; i += 2)
      config.put((String) keysAndValues[i], keysAndValues[i + 1]);
    return config;
  }

  private static void refused(
      String name, Map<String, Object> config, int steps, double strength, String... parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> plan(name, config, steps, strength))
            .getMessage();
    for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
  }
}
