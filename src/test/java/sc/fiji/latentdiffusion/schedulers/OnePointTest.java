/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;

/**
 * If the data is one point, a perfect denoiser's prediction is known exactly, and every right
 * sampler ends on that point, from the start as from the middle, without comparing to any other
 * software.
 */
class OnePointTest {

  private static final double X0 = OnePoint.X0;
  private static final double Z = OnePoint.NOISE;

  /** The schedulers whose results keep the noise of train timestep 0. */
  private static final List<String> KEEPS_THE_LEAST_NOISE =
      List.of("deis", "deis_k", "tcd", "sa_solver");

  /**
   * The schedulers that go by whole strides; they meet the spacing's timesteps only if those do,
   * too.
   */
  private static final List<String> STRIDES = List.of("ddim", "pndm");

  /** Spacings that are no strides; the config of the proof is linspace, too. */
  private static final List<String> LINSPACES = List.of("linspace", "model");

  /** One run of the proof. */
  private record Case(
      String name,
      Prediction prediction,
      Spacing spacing,
      int steps,
      double strength,
      boolean zeroSnr) {

    boolean isProvable() {
      if (zeroSnr && prediction == Prediction.EPSILON) return false;
      if (name.equals("pndm") && prediction == Prediction.V_PREDICTION) return false;
      if (name.equals("pndm") && spacing == Spacing.LINSPACE) return false;
      return !STRIDES.contains(name) || 1000 % steps == 0;
    }

    Plan plan() {
      Map<String, Object> config = config(spacing, true);
      config.put("rescale_betas_zero_snr", zeroSnr);
      config.put("prediction_type", prediction.toString());
      return Schedulers.get(name)
          .plan(BetaSchedule.of(SchedulerConfigs.of(config)), steps, strength);
    }
  }

  @TestFactory
  Stream<DynamicTest> everySchedulerEndsOnTheOnePoint() {
    return Schedulers.names().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name, () -> cases(name).filter(Case::isProvable).forEach(OnePointTest::prove)));
  }

  private static Stream<Case> cases(String name) {
    List<Case> cases = new ArrayList<>();
    for (Prediction prediction : ExactDenoisers.OF_BETAS)
      for (Spacing spacing : Spacing.values())
        for (int steps : new int[] {1, 2, 5, 14, 15, 50})
          for (double strength : new double[] {0.1, 0.3, 0.5, 0.8, 1})
            for (boolean zeroSnr : new boolean[] {false, true})
              cases.add(new Case(name, prediction, spacing, steps, strength, zeroSnr));
    return cases.stream();
  }

  private static void prove(Case c) {
    Plan plan = c.plan();
    double found = OnePoint.run(plan, c.prediction());
    assertEquals(expected(c, plan), found, tolerance(c), () -> c + "\n" + plan);
  }

  /** Returns the point, plus the noise of train timestep 0 for schedulers that leave it in. */
  private static double expected(Case c, Plan plan) {
    if (plan.isEmpty() || !c.name().startsWith("deis")) return X0;
    NoiseSchedule schedule = BetaSchedule.of(SchedulerConfigs.of(config(c.spacing(), true)));
    NoiseLevel last = NoiseLevel.variancePreserving(schedule.sigmas()[0]);
    return last.alpha() * X0 + last.sigma() * (plan.dataWeight() == 0 ? firstNoise(plan) : Z);
  }

  private static double tolerance(Case c) {
    return switch (c.name()) {
      case "tcd", "sa_solver" ->
          0.0292 * 4; // sigma of timestep 0, times what noise is likely to be
      case "lcm" -> 1e-4; // its boundary condition leaves a part of the sample
      default -> c.zeroSnr() ? 1e-4 : 1e-6; // of sigma 4096, in the float32 of a config
    };
  }

  /**
   * Wherever its steps lie; what deis and sa_solver leave of the noise is that of train timestep 0.
   */
  @TestFactory
  Stream<DynamicTest> everySpacingEndsOnTheOnePoint() {
    return Spacings.names().stream()
        .map(spacing -> DynamicTest.dynamicTest(spacing, () -> proveSpacing(spacing)));
  }

  private static void proveSpacing(String spacing) {
    NoiseSchedule noise = BetaSchedule.of(SchedulerConfigs.of(config(Spacing.LINSPACE, true)));
    int proved = 0;
    for (String name : Schedulers.names()) {
      for (int steps : new int[] {2, 5, 20}) {
        for (double strength : new double[] {0.5, 1}) {
          Plan plan;
          try {
            plan = Spacings.plan(noise, name, spacing, steps, strength);
          } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("can't take"), e.getMessage());
            continue;
          }
          boolean isExact =
              !name.startsWith("deis") && !List.of("tcd", "lcm", "sa_solver").contains(name);
          if (!isExact || LINSPACES.contains(spacing) && STRIDES.contains(name)) continue;
          String told = name + ", " + steps + " steps, strength " + strength;
          assertEquals(X0, OnePoint.run(plan, Prediction.EPSILON), 1e-6, told);
          proved++;
        }
      }
    }
    assertTrue(proved > 10, spacing + ": only " + proved);
  }

  @Test
  void ddimKeepsTheNoiseOfTimestepZeroWhereTheConfigSaysSo() {
    BetaSchedule schedule = BetaSchedule.of(SchedulerConfigs.of(config(Spacing.LEADING, false)));
    NoiseLevel last = schedule.level(0);
    for (String name : STRIDES)
      for (double strength : new double[] {0.5, 1}) {
        Plan plan = Schedulers.get(name).plan(schedule, 20, strength);
        double noise = strength == 1 ? firstNoise(plan) : Z;
        double expected = last.alpha() * X0 + last.sigma() * noise;
        assertEquals(expected, OnePoint.run(plan, Prediction.EPSILON), 1e-9, name);
      }
    assertEquals(0.0292, last.sigma(), 1e-4);
  }

  @Test
  void karrasSigmasEndAtTheLeastOfTheConfig() {
    Map<String, Object> config = config(Spacing.LEADING, true);
    config.putAll(Map.of("sigma_min", 0.05, "final_sigmas_type", "sigma_min"));
    NoiseLevel last = NoiseLevel.variancePreserving(0.05);
    for (String name : List.of("deis_k", "unipc_k")) {
      Plan plan = Schedulers.get(name).plan(BetaSchedule.of(SchedulerConfigs.of(config)), 20, 0.5);
      double expected = last.alpha() * X0 + last.sigma() * Z;
      assertEquals(expected, OnePoint.run(plan, Prediction.EPSILON), 1e-6, name);
    }
  }

  /** A run from noise alone begins at x = w·Z, which is not α·X0 + σ·Z. */
  private static double firstNoise(Plan plan) {
    NoiseLevel level = plan.evaluations().get(0).level();
    return (plan.noiseWeight() * Z - level.alpha() * X0) / level.sigma();
  }

  private static Map<String, Object> config(Spacing spacing, boolean alphaToOne) {
    Map<String, Object> config = SchedulerConfigs.stableDiffusion();
    config.put("set_alpha_to_one", alphaToOne);
    config.put("timestep_spacing", spacing.toString());
    return config;
  }
}
