/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.random.Noise;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedules;

/**
 * Every plan is diffusers' schedule, and a whole run ends where diffusers' run ends. The goldens
 * come from {@code src/test/python/schedulers.py}, which also says how to compare the whole grid.
 */
class DiffusersTest {

  private static final double[] DATA = {0.5, -1, 0.25, 2};
  private static final double[] NOISE = {1, -0.5, 0.3, -2};
  private static final long SEED = 11;
  private static final double TOLERANCE = 1e-4;

  /** One golden run. */
  private static final class Case {
    String name;
    Map<String, Object> config;
    int steps;
    double strength;
    int every;
    double[] timesteps;
    double[] sigmas;
    double[] result;

    Plan plan() {
      return Schedulers.get(name).plan(noise(), steps, strength);
    }

    /** The schedule, for the size of the latents where its shift depends on it. */
    NoiseSchedule noise() {
      NoiseSchedule noise = NoiseSchedules.of(SchedulerConfigs.of(config));
      if (!(config.get("latents") instanceof List<?> size)) return noise;
      return noise.forLatents(((Number) size.get(0)).intValue(), ((Number) size.get(1)).intValue());
    }

    @Override
    public String toString() {
      return name + ", " + steps + " steps, strength " + strength + ", " + config;
    }
  }

  @TestFactory
  Stream<DynamicTest> plansAreDiffusersSchedulesAndRunsEndWhereItsRunsEnd() throws IOException {
    String other = System.getProperty("schedulers.goldens");
    List<Case> cases =
        cases(other == null ? TestResources.schedulers("diffusers.json") : Path.of(other));
    assertTrue(cases.size() > 900, "goldens are missing");
    return tests(cases, Case::plan, Evaluation::sigma);
  }

  @TestFactory
  Stream<DynamicTest> soItIsWithFlowMatching() throws IOException {
    List<Case> cases = cases(TestResources.schedulers("flow.json"));
    assertEquals(125, cases.size());
    return tests(cases, Case::plan, Evaluation::sigma);
  }

  @TestFactory
  Stream<DynamicTest> soItIsWithFlowMatchingIfTheUserAsksForOtherSigmas() throws IOException {
    List<Case> cases = cases(TestResources.schedulers("flow.json"));
    cases.removeIf(c -> c.config.keySet().stream().noneMatch(RULES::containsKey));
    assertEquals(33, cases.size());
    return tests(cases, DiffusersTest::spaced, Evaluation::sigma);
  }

  private static final Map<String, String> RULES =
      Map.of(
          "use_karras_sigmas", "karras",
          "use_exponential_sigmas", "exponential",
          "use_beta_sigmas", "beta");

  @TestFactory
  Stream<DynamicTest> soItIsWithEdm() throws IOException {
    List<Case> cases = cases(TestResources.schedulers("edm.json"));
    assertEquals(60, cases.size());
    return tests(cases, Case::plan, Evaluation::sigma);
  }

  @TestFactory
  Stream<DynamicTest> soItIsIfThePredictedDataAreClipped() throws IOException {
    List<Case> cases = cases(TestResources.schedulers("clipping.json"));
    assertEquals(72, cases.size());
    return tests(cases, DiffusersTest::clipped, Evaluation::sigma);
  }

  @TestFactory
  Stream<DynamicTest> soItIsIfTheConfigAsksForOtherSigmas() throws IOException {
    return tests(spaced(), Case::plan, Evaluation::sigma);
  }

  @TestFactory
  Stream<DynamicTest> soItIsIfTheUserDoes() throws IOException {
    return tests(spaced(), DiffusersTest::spaced, Evaluation::sigma);
  }

  private static List<Case> spaced() throws IOException {
    List<Case> cases = cases(TestResources.schedulers("spacing.json"));
    assertEquals(81, cases.size());
    return cases;
  }

  private static Plan spaced(Case c) {
    Optional<String> key = RULES.keySet().stream().filter(c.config::containsKey).findFirst();
    String spacing = key.map(RULES::get).orElse("model");
    key.ifPresent(c.config::remove);
    return Spacings.plan(c.noise(), c.name, spacing, c.steps, c.strength);
  }

  /**
   * {@code src/test/python/solvers.py} makes the goldens, after k-diffusion, ComfyUI and papers.
   */
  @TestFactory
  Stream<DynamicTest> soItIsWithMethodsOfOtherPrograms() throws IOException {
    List<Case> cases = cases(TestResources.schedulers("solvers.json"));
    assertEquals(70, cases.size());
    return tests(cases, DiffusersTest::karras, Evaluation::sigma);
  }

  private static Plan karras(Case c) {
    NoiseSchedule noise = NoiseSchedules.of(SchedulerConfigs.of(c.config));
    return Spacings.plan(noise, c.name, "karras", c.steps, c.strength);
  }

  /** Whether DDIM's noise follows the clipped data is an argument in diffusers, not a setting. */
  private static Plan clipped(Case c) {
    boolean follows = (boolean) c.config.get("use_clipped_model_output");
    if (!c.name.equals("ddim") || !follows) return c.plan();
    double range = (double) c.config.get("clip_sample_range");
    c.config.remove("clip_sample");
    return c.plan().with(row -> row.clipped(new Clipping(range, 1)));
  }

  private static Stream<DynamicTest> tests(
      List<Case> cases, Function<Case, Plan> plan, ToDoubleFunction<Evaluation> sigma) {
    Map<String, List<Case>> named =
        cases.stream().collect(groupingBy(c -> c.name, TreeMap::new, toList()));
    return named.entrySet().stream()
        .map(
            e ->
                dynamicTest(
                    e.getKey(), () -> e.getValue().forEach(c -> check(c, plan.apply(c), sigma))));
  }

  private static void check(Case expected, Plan plan, ToDoubleFunction<Evaluation> sigma) {
    List<Evaluation> evaluations = plan.evaluations();
    int n = expected.timesteps.length;
    assertEquals(
        n, (evaluations.size() + expected.every - 1) / expected.every, expected + ": steps");
    for (int i = 0; i < n; i++) {
      Evaluation evaluation = evaluations.get(i * expected.every);
      String where = expected + ": step " + evaluation.step();
      assertEquals(expected.timesteps[i], evaluation.timestep(), 2e-3, where + ": timestep");
      if (expected.sigmas == null) continue;
      double found = sigma.applyAsDouble(evaluation);
      assertEquals(expected.sigmas[i], found, 1e-5 * expected.sigmas[i], where + ": sigma");
    }
    double size = Arrays.stream(expected.result).map(Math::abs).max().orElseThrow();
    for (int j = 0; j < DATA.length; j++) {
      double found = Runner.run(plan, DATA[j], NOISE[j], DiffusersTest::network, source(j));
      assertEquals(expected.result[j], found, TOLERANCE * size, expected + ": result " + j);
    }
  }

  /** torch's noise of the seed, four numbers a draw, and the script's Brownian path. */
  private static Runner.Source source(int j) {
    Noise stream = Noise.of(SEED);
    return e ->
        e.increment().isPresent()
            ? increment(e.increment().get(), j)
            : stream.randn(DATA.length)[j];
  }

  private static double increment(BrownianIncrement i, int j) {
    return (brownian(i.to(), j) - brownian(i.from(), j)) / Math.sqrt(Math.abs(i.to() - i.from()));
  }

  private static double brownian(double sigma, int j) {
    return Math.sqrt(sigma) * Math.sin(j + Math.log(sigma));
  }

  private static double network(double input, Evaluation evaluation) {
    return Math.tanh(input) * (evaluation.timestep() + 1) / (evaluation.timestep() + 2);
  }

  private static List<Case> cases(Path path) throws IOException {
    try (Reader reader = Files.newBufferedReader(path)) {
      return new Gson().fromJson(reader, new TypeToken<List<Case>>() {}.getType());
    }
  }
}
