/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.random.BrownianPath;
import sc.fiji.latentdiffusion.random.Noise;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.schedulers.BrownianIncrement;
import sc.fiji.latentdiffusion.schedulers.Clipping;
import sc.fiji.latentdiffusion.schedulers.Correction;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.ExactDenoisers;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Runner;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/** The sampler follows the table, and keeps no native memory. */
class SamplerTest {

  private static final Shape SHAPE = new Shape(1, 4, 2, 3);
  private static final Map<String, Object> SD =
      Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012);

  @PyTorch private static Kernels kernels;

  @PyTorch private NDManager manager;
  private NDArray start;

  @BeforeEach
  void drawStart() {
    start = manager.create(Noise.of(5).randn((int) SHAPE.size()), SHAPE);
  }

  @TestFactory
  Stream<DynamicTest> aRunIsTheTableInPlainArithmetic() {
    return Schedulers.names().stream()
        .flatMap(name -> ExactDenoisers.OF_BETAS.stream().map(p -> test(name, p)));
  }

  private DynamicTest test(String name, Prediction prediction) {
    return DynamicTest.dynamicTest(
        name + " " + prediction,
        () -> {
          try (NDManager m = manager.newSubManager()) {
            Plan plan = Schedulers.get(name).plan(schedule(prediction), 12, 0.8);
            agrees(plan, m.create(Noise.of(5).randn((int) SHAPE.size()), SHAPE));
          }
        });
  }

  private static void agrees(Plan plan, NDArray start) {
    float[] found = run(plan, start);
    float[] from = start.toFloatArray();
    List<float[]> draws = draws(plan, from.length);
    Plan alone = new Plan(0, 1, plan.evaluations());
    for (int i = 0; i < found.length; i++) {
      int pixel = i;
      Iterator<float[]> draw = draws.iterator();
      double expected =
          Runner.run(
              alone,
              0,
              from[i],
              (x, evaluation) -> Math.tanh(x) * 0.9,
              evaluation -> draw.next()[pixel]);
      assertEquals(expected, found[i], 2e-5 * Math.max(1, Math.abs(expected)));
    }
  }

  /** Returns the draws of a run, from the stream or the Brownian path of its seed. */
  private static List<float[]> draws(Plan plan, int size) {
    Noise stream = Noise.of(9);
    BrownianPath path = Noise.of(9).path(size);
    List<float[]> draws = new ArrayList<>();
    for (Evaluation evaluation : plan.evaluations())
      if (!evaluation.noiseWeights().isEmpty())
        draws.add(
            evaluation
                .increment()
                .map(i -> path.increment(i.from(), i.to()))
                .orElseGet(() -> stream.randn(size)));
    return draws;
  }

  @TestFactory
  Stream<DynamicTest> soItIsIfThePredictedDataAreClipped() {
    return Stream.of("ddim", "ddpm", "heun", "lcm", "dpmpp_2m", "unipc")
        .map(name -> DynamicTest.dynamicTest(name, () -> agreesClipped(name)));
  }

  private void agreesClipped(String name) {
    Plan plan = Schedulers.get(name).plan(schedule(Prediction.V_PREDICTION), 12, 0.8);
    List<Evaluation> rows =
        plan.evaluations().stream().map(e -> e.clipped(new Clipping(0.3, 1))).toList();
    agrees(new Plan(0, 1, rows), start);
    try (Sampler sampler = sampler(new Plan(0, 1, rows), start)) {
      float most = sampler.next().predOriginalSample().abs().max().getFloat();
      assertEquals(0.3, most, 1e-6);
    }
  }

  @Test
  void aTableMayLookBackCorrectAndDrawFromStreamAndPath() {
    OutputWeights data = new OutputWeights(1, -2);
    OutputWeights derivative = new OutputWeights(0.5, 0.25);
    Correction correction = new Correction(List.of(0.2, 0.7), List.of(0.1, -0.3));
    Correction none = Correction.NONE;
    Optional<BrownianIncrement> path = Optional.of(new BrownianIncrement(2, 0.5));
    List<Evaluation> rows =
        List.of(
            row(0, derivative, none, List.of(1.0), List.of(-0.5), List.of(0.3), Optional.empty()),
            row(
                1,
                derivative,
                none,
                List.of(0.0, 1.0),
                List.of(-0.1, -0.2),
                List.of(),
                Optional.empty()),
            row(
                2,
                data,
                correction,
                List.of(0.5, 0.0, 0.25),
                List.of(0.1, 0.0, 0.2),
                List.of(0.0, 0.7),
                Optional.empty()),
            row(3, data, correction, List.of(0.5, 0.1), List.of(0.1, 0.3), List.of(0.4), path));
    agrees(new Plan(0, 1, rows), start);
  }

  private static Evaluation row(
      int index,
      OutputWeights model,
      Correction correction,
      List<Double> sampleWeights,
      List<Double> modelWeights,
      List<Double> noiseWeights,
      Optional<BrownianIncrement> increment) {
    return new Evaluation(
        index,
        index / 2,
        900 - index,
        2,
        NoiseLevel.varianceExploding(2),
        model,
        new OutputWeights(1, -2),
        new OutputWeights(0, 1),
        Optional.empty(),
        correction,
        sampleWeights,
        modelWeights,
        noiseWeights,
        increment);
  }

  private static Sampler sampler(Plan plan, NDArray start) {
    return new Sampler(plan, start, NoiseBatch.of(9), kernels, SamplerTest::network);
  }

  private static float[] run(Plan plan, NDArray start) {
    try (Sampler sampler = sampler(plan, start)) {
      sampler.forEachRemaining(evaluated -> {});
      return sampler.sample().toFloatArray();
    }
  }

  @Test
  void samplesOfABatchAreTheRunsOfTheirSeedsToTheBit() {
    for (String name : List.of("euler_a", "dpmpp_sde")) {
      Plan plan = Schedulers.get(name).plan(schedule(Prediction.EPSILON), 6, 1);
      float[] both = batch(plan, 7, 8);
      int n = both.length / 2;
      assertArrayEquals(batch(plan, 7), Arrays.copyOf(both, n), name);
      assertArrayEquals(batch(plan, 8), Arrays.copyOfRange(both, n, 2 * n), name);
    }
  }

  private float[] batch(Plan plan, long... seeds) {
    NoiseBatch noise = NoiseBatch.of(seeds);
    float[] first = noise.randn((int) SHAPE.size());
    NDArray begin = manager.create(first, new Shape(seeds.length, 4, 2, 3));
    try (Sampler sampler = new Sampler(plan, begin, noise, kernels, SamplerTest::network)) {
      sampler.forEachRemaining(evaluated -> {});
      return sampler.sample().toFloatArray();
    }
  }

  private static NDArray network(NDArray input, Evaluation evaluation) {
    return input.tanh().mul(0.9f);
  }

  @Test
  void everyEvaluationYieldsSampleNoiseDataAndTheNextSample() {
    Plan plan = plan(5, 1);
    try (Sampler sampler = sampler(plan, start)) {
      float[] sample = start.toFloatArray();
      for (Evaluation row : plan.evaluations()) {
        Evaluated evaluated = sampler.next();
        assertEquals(row, evaluated.evaluation());
        assertArrayEquals(sample, evaluated.sample().toFloatArray());
        float[] x0 = evaluated.predOriginalSample().toFloatArray();
        float[] noise = evaluated.noise().toFloatArray();
        NoiseLevel level = row.level();
        for (int i = 0; i < sample.length; i++)
          assertEquals(sample[i], level.alpha() * x0[i] + level.sigma() * noise[i], 1e-5);
        sample = evaluated.next().toFloatArray();
        assertArrayEquals(sample, sampler.sample().toFloatArray());
      }
      assertFalse(sampler.hasNext());
      assertThrows(NoSuchElementException.class, sampler::next);
    }
  }

  @Test
  void lookingAtTheEvaluationsChangesNoBit() {
    float[] unseen = run(plan(20, 1), start);
    List<float[]> seen = new ArrayList<>();
    try (Sampler s = sampler(plan(20, 1), start)) {
      while (s.hasNext()) {
        Evaluated evaluated = s.next();
        seen.add(evaluated.noise().toFloatArray());
        seen.add(evaluated.predOriginalSample().toFloatArray());
        seen.add(evaluated.next().toFloatArray());
      }
      assertArrayEquals(unseen, s.sample().toFloatArray());
    }
    assertEquals(60, seen.size());
  }

  @Test
  void anEmptyPlanLeavesTheStartAsItIs() {
    try (Sampler sampler = sampler(Plan.EMPTY, start)) {
      assertFalse(sampler.hasNext());
      assertArrayEquals(start.toFloatArray(), sampler.sample().toFloatArray());
    }
  }

  @Test
  void theStartStaysTheCallersAndUnchanged() {
    float[] before = start.toFloatArray();
    run(plan(3, 1), start);
    assertArrayEquals(before, start.toFloatArray());
  }

  @Test
  void anEvaluationsArraysAreFreedByTheFollowingOne() {
    try (Sampler sampler = sampler(plan(4, 1), start)) {
      Evaluated first = sampler.next();
      NDManager scope = first.noise().getManager();
      sampler.next();
      assertFalse(scope.isOpen());
      assertThrows(IllegalStateException.class, () -> first.noise().toFloatArray());
    }
  }

  @Test
  void anEvaluationHoldsAFewArraysHoweverLongTheRun() {
    try (Sampler sampler = sampler(plan(50, 1), start)) {
      while (sampler.hasNext()) {
        NDManager scope = sampler.next().sample().getManager();
        int arrays = scope.getManagedArrays().size();
        assertTrue(arrays <= 16, arrays + " arrays");
      }
    }
  }

  @Test
  void twoHundredRunsKeepNothing() throws IOException {
    NDArray large = manager.zeros(new Shape(1, 4, 64, 64)); // leaked with every operation: 400 MB
    int arrays = manager.getManagedArrays().size();
    long resident = 0;
    for (int run = 0; run < 200; run++) {
      int stop = run % 2 == 0 ? 5 : 2; // every other run is given up
      try (Sampler sampler = sampler(plan(5, 1), large)) {
        for (int i = 0; i < stop; i++) sampler.next();
      }
      assertEquals(arrays, manager.getManagedArrays().size(), "after run " + run);
      if (run == 50) resident = residentBytes();
    }
    long grown = residentBytes() - resident;
    assertTrue(grown < 64 << 20, "resident size grew by " + grown + " bytes in 150 runs");
  }

  /** Returns the bytes of this process in memory; 0 where the system does not report them. */
  private static long residentBytes() throws IOException {
    Path statm = Path.of("/proc/self/statm");
    if (!Files.exists(statm)) return 0;
    return Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096;
  }

  @Test
  void closingInTheMiddleFreesEverything() {
    Sampler sampler = sampler(plan(9, 1), start);
    NDArray next = sampler.next().next();
    sampler.close();
    sampler.close();
    assertThrows(IllegalStateException.class, next::toFloatArray);
    assertEquals(1, manager.getManagedArrays().size());
  }

  @Test
  void aFailingNetworkLeavesOnlyTheSamplerToClose() {
    Sampler sampler =
        new Sampler(
            plan(9, 1),
            start,
            NoiseBatch.of(9),
            kernels,
            (input, evaluation) -> {
              throw new IllegalStateException("no network");
            });
    assertThrows(IllegalStateException.class, sampler::next);
    sampler.close();
    assertEquals(1, manager.getManagedArrays().size());
  }

  private static Plan plan(int steps, double strength) {
    return Schedulers.get("dpmpp_2m").plan(schedule(Prediction.V_PREDICTION), steps, strength);
  }

  private static NoiseSchedule schedule(Prediction prediction) {
    Map<String, Object> config = new HashMap<>(SD);
    config.put("prediction_type", prediction.toString());
    return BetaSchedule.of(SchedulerConfigs.of(config));
  }
}
