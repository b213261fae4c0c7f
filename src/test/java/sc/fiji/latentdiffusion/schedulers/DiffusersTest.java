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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.noise.Noise;
import sc.fiji.latentdiffusion.plugins.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * Every plan is diffusers' schedule, and a whole run of it ends where diffusers' run ends. Goldens
 * by src/test/python/schedulers.py, which also says how to compare the whole grid.
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
      NoiseSchedule schedule = BetaSchedule.of(config);
      return Schedulers.get(name).plan(schedule, steps, strength);
    }

    @Override
    public String toString() {
      return name + ", " + steps + " steps, strength " + strength + ", " + config;
    }
  }

  @TestFactory
  Stream<DynamicTest> plansAreDiffusersSchedulesAndRunsEndWhereItsRunsEnd() throws IOException {
    return cases().entrySet().stream()
        .map(e -> dynamicTest(e.getKey(), () -> e.getValue().forEach(DiffusersTest::check)));
  }

  private static void check(Case expected) {
    Plan plan = expected.plan();
    List<Evaluation> evaluations = plan.evaluations();
    int n = expected.timesteps.length;
    assertEquals(
        n, (evaluations.size() + expected.every - 1) / expected.every, expected + ": steps");
    for (int i = 0; i < n; i++) {
      Evaluation evaluation = evaluations.get(i * expected.every);
      String where = expected + ": step " + evaluation.step();
      assertEquals(expected.timesteps[i], evaluation.timestep(), 2e-3, where + ": timestep");
      if (expected.sigmas == null) continue;
      assertEquals(
          expected.sigmas[i], evaluation.sigma(), 1e-5 * expected.sigmas[i], where + ": sigma");
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

  private static Map<String, List<Case>> cases() throws IOException {
    String other = System.getProperty("schedulers.goldens");
    Path path = other == null ? TestResources.schedulers("diffusers.json") : Path.of(other);
    try (Reader reader = Files.newBufferedReader(path)) {
      List<Case> all = new Gson().fromJson(reader, new TypeToken<List<Case>>() {}.getType());
      assertTrue(all.size() > 900, "goldens are missing");
      return all.stream().collect(groupingBy(c -> c.name, TreeMap::new, toList()));
    }
  }
}
