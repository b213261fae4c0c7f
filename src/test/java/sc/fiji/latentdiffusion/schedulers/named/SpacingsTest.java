/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.named;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedules;

/** Where steps may lie; {@code src/test/python/schedulers.py} makes the goldens. */
class SpacingsTest {

  private static final List<Double> XL =
      List.of(14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029);

  /** Sigmas and times of a spacing, by formulas in numpy. */
  private static final class Row {
    String spacing;
    int steps;
    double[] sigmas;
    double[] timesteps;

    @Override
    public String toString() {
      return spacing + ", " + steps + " steps";
    }
  }

  static List<Row> rows() throws IOException {
    String text = Files.readString(TestResources.schedulers("spacing_sigmas.json"));
    return new Gson().fromJson(text, new TypeToken<List<Row>>() {}.getType());
  }

  private static NoiseSchedule noise(Map<String, Object> config, List<Double> aligned) {
    return NoiseSchedules.of(SchedulerConfigs.of(config), aligned);
  }

  private static NoiseSchedule stableDiffusion() {
    return noise(
        Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012),
        List.of());
  }

  private static NoiseSchedule flow() {
    return noise(Map.of("_class_name", "FlowMatchEulerDiscreteScheduler", "shift", 3.0), List.of());
  }

  private static double[] sigmas(Plan plan) {
    return plan.evaluations().stream().mapToDouble(Evaluation::sigma).toArray();
  }

  private static double[] times(Plan plan) {
    return plan.evaluations().stream().mapToDouble(Evaluation::timestep).toArray();
  }

  /** Of solvers that count points times are told as they are, of others rounded. */
  @ParameterizedTest
  @MethodSource("rows")
  void sigmasAreThoseOfTheFormulas(Row row) {
    boolean xl = row.spacing.endsWith(" xl");
    NoiseSchedule noise =
        noise(
            Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012),
            xl ? XL : List.of());
    String spacing = row.spacing.replace(" xl", "");
    Plan points = Spacings.plan(noise, "euler", spacing, row.steps, 1);
    assertEquals(row.sigmas.length, points.evaluations().size());
    for (int i = 0; i < row.sigmas.length; i++) {
      assertEquals(row.sigmas[i], sigmas(points)[i], 1e-5 * row.sigmas[i]);
    }
    assertArrayEquals(row.timesteps, times(points), 5e-3);
    Plan intervals = Spacings.plan(noise, "dpmpp_2m", spacing, row.steps, 1);
    assertArrayEquals(sigmas(points), sigmas(intervals), 1e-4);
    for (double time : times(intervals)) assertEquals(Math.rint(time), time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leading", "linspace", "trailing"})
  void theConfigsSpacingGivesWayToAnother(String spacing) {
    NoiseSchedule asked =
        noise(
            Map.of(
                "beta_schedule",
                "scaled_linear",
                "beta_start",
                0.00085,
                "beta_end",
                0.012,
                "timestep_spacing",
                spacing),
            List.of());
    for (String scheduler : List.of("ddim", "euler", "dpmpp_2m", "tcd")) {
      Plan expected = Schedulers.get(scheduler).plan(asked, 7, 1);
      Plan found = Spacings.plan(stableDiffusion(), scheduler, spacing, 7, 1);
      assertEquals(expected.toString(), found.toString(), scheduler);
    }
  }

  @Test
  void karrasIsTheSchedulerNamedAfterIt() {
    for (String scheduler : List.of("euler", "dpmpp_2m", "deis", "kdpm_2")) {
      Plan named = Schedulers.get(scheduler + "_k").plan(stableDiffusion(), 9, 0.7);
      Plan spaced = Spacings.plan(stableDiffusion(), scheduler, "karras", 9, 0.7);
      assertEquals(named.toString(), spaced.toString());
      String own = scheduler + "_k";
      Plan both = Spacings.plan(stableDiffusion(), own, "karras", 9, 0.7);
      assertEquals(named.toString(), both.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "euler_k, beta, 'it takes model, karras.'",
    "restart, beta, 'it takes model, karras.'",
    "ddim, karras, 'it takes model, leading, linspace, trailing.'",
    "lcm, simple, 'it takes model, leading, linspace, trailing.'",
    "dpmpp_2s, trailing, 'it takes model, karras, exponential, beta, beta_t, simple, normal,"
        + " sgm_uniform, ddim_uniform, kl_optimal, ays.'"
  })
  void aSchedulerThatDoesNotGoWithASpacingSaysWhichDoes(
      String scheduler, String spacing, String taken) {
    String expected = "Scheduler '" + scheduler + "' can't take spacing=" + spacing + "; " + taken;
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Spacings.plan(stableDiffusion(), scheduler, spacing, 9, 1));
    assertEquals(expected, e.getMessage());
  }

  @Test
  void anUnknownSpacingIsRefusedWithTheNearest() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Spacings.name("karas"));
    assertTrue(e.getMessage().startsWith("Unknown spacing 'karas'; expected one of karras,"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exponential", "beta", "simple", "beta_t", "karras"})
  void flowMatchingTakesSigmasBetween0And1(String spacing) {
    double[] sigmas = sigmas(Spacings.plan(flow(), "euler", spacing, 8, 1));
    assertEquals(1, sigmas[0], 1e-6);
    for (int i = 1; i < sigmas.length; i++) assertTrue(sigmas[i] > 0 && sigmas[i] < sigmas[i - 1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"normal", "sgm_uniform", "ddim_uniform", "kl_optimal", "ays", "leading"})
  void flowMatchingRefusesTrainTimesteps(String spacing) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Spacings.plan(flow(), "euler", spacing, 8, 1));
    assertTrue(e.getMessage().contains("over all times"), e.getMessage());
    assertTrue(e.getMessage().contains("Choose"), e.getMessage());
  }
}
