/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Plot;
import ij.process.ImageProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;

class SchedulePlotTest {

  private static final NoiseSchedule SD =
      BetaSchedule.of(
          SchedulerConfigs.of(
              Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012)));

  /** Sigmas after Karras et al. 2022, equation 5, from 14.6 to 0.03. */
  private static Plan plan(double rho, int steps) {
    double max = Math.pow(14.6, 1 / rho);
    double min = Math.pow(0.03, 1 / rho);
    List<Evaluation> table = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      double sigma = Math.pow(max + (min - max) * i / (steps - 1), rho);
      NoiseLevel level = NoiseLevel.varianceExploding(sigma);
      table.add(Evaluation.ofData(i, i, SD.timestep(sigma), level, SD).next(1, 1));
    }
    return new Plan(0, 1, table);
  }

  private static Map<String, Plan> manyPlans(int count) {
    Map<String, Plan> plans = new LinkedHashMap<>();
    IntStream.range(0, count).forEach(i -> plans.put("dpmpp_2m_sde_k" + i, plan(1 + i, 20)));
    return plans;
  }

  private static SchedulePlot plot(Map<String, Plan> plans) {
    return new SchedulePlot(Curve.of(plans), "step");
  }

  private static Plot plot(ImagePlus imp) {
    return (Plot) imp.getProperty(Plot.PROPERTY_KEY);
  }

  @Test
  void aPlotHoldsTheSigmasAndAlphasOfThePlanAgainstTheStep() {
    Plan plan = plan(7, 10);
    SchedulePlot plot = plot(Map.of("a", plan));
    float[][] sigmas = plot(plot.sigmas(List.of(SD))).getDataObjectArrays(0);
    float[][] alphas = plot(plot.alphas()).getDataObjectArrays(0);
    for (int i = 0; i < 10; i++) {
      double sigma = plan.evaluations().get(i).sigma();
      assertArrayEquals(
          new float[] {i + 1, (float) sigma}, new float[] {sigmas[0][i], sigmas[1][i]});
      assertEquals(1 / (1 + sigma * sigma), alphas[1][i], 1e-6);
    }
  }

  @Test
  void theAxisOfSigmaIsLogarithmicAndThatOfAlphaBarIsNot() {
    SchedulePlot plot = plot(Map.of("a", plan(7, 10)));
    Plot sigmas = plot(plot.sigmas(List.of(SD)));
    assertEquals(
        sigmas.scaleYtoPxl(0.1) - sigmas.scaleYtoPxl(1),
        sigmas.scaleYtoPxl(1) - sigmas.scaleYtoPxl(10),
        1.01);
    double[] limits = plot(plot.alphas()).getLimits();
    assertArrayEquals(new double[] {0, 1.02}, Arrays.copyOfRange(limits, 2, 4), 1e-6);
  }

  @Test
  void theLegendNamesEveryOneOfManySchedulersAndHidesNoCurve() {
    for (int count : new int[] {1, 3, 6, 7, 30, 39}) {
      SchedulePlot plot = plot(manyPlans(count));
      for (ImagePlus imp : List.of(plot.sigmas(List.of(SD)), plot.alphas())) {
        String labels = String.join(",", plot(imp).getDataObjectDesignations());
        for (int i = 0; i < count; i++) {
          assertTrue(labels.contains("dpmpp_2m_sde_k" + i), labels);
        }
        assertEquals(0, hiddenPixels(imp), count + " curves, " + imp.getTitle());
      }
    }
  }

  /** Counts the pixels of curves that the legend covers. */
  private static int hiddenPixels(ImagePlus imp) {
    ImageProcessor with = imp.getProcessor().convertToRGB();
    plot(imp).setLegend(null, 0);
    ImageProcessor without = plot(imp).getProcessor().convertToRGB();
    int hidden = 0;
    for (int i = 0; i < with.getPixelCount(); i++) {
      if (with.get(i) != without.get(i) && isColored(without.get(i))) {
        hidden++;
      }
    }
    return hidden;
  }

  private static boolean isColored(int rgb) {
    int red = rgb >> 16 & 255;
    int green = rgb >> 8 & 255;
    int blue = rgb & 255;
    return Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue)) > 40;
  }

  @Test
  void theSecondEvaluationOfAStepLiesHalfwayToTheNext() {
    List<Evaluation> table = new ArrayList<>();
    for (Evaluation step : plan(7, 5).evaluations()) {
      table.add(TestEvaluations.of(step.index(), step.index() / 2, step.timestep(), step.level()));
    }
    SchedulePlot plot = plot(Map.of("heun", new Plan(0, 1, table)));
    assertArrayEquals(
        new float[] {1, 1.5f, 2, 2.5f, 3},
        plot(plot.sigmas(List.of(SD))).getDataObjectArrays(0)[0]);
  }

  @Test
  void modelsOfTwoKindsShareALogarithmicAxisThatHoldsBoth() {
    NoiseSchedule flow = FlowSchedule.of(SchedulerConfigs.of(Map.of()));
    Plot sigmas = plot(plot(Map.of("a", plan(7, 10))).sigmas(List.of(SD, flow)));
    double[] limits = sigmas.getLimits();
    assertEquals(0.001 / 1.5, limits[2], 1e-5);
    assertEquals(14.6 * 1.5, limits[3], 0.1);
    assertTrue(sigmas.getLabel('y').contains("with flow matching"), sigmas.getLabel('y'));
  }

  @Test
  void schedulersThatMeetTheSameNoiseShareACurve() {
    Map<String, Plan> plans = new LinkedHashMap<>();
    plans.put("a", plan(7, 20));
    plans.put("b", plan(3, 20));
    plans.put("c", plan(7, 20));
    plans.put("d", plan(7, 19));
    List<List<String>> names = Curve.of(plans).stream().map(Curve::names).toList();
    assertEquals(List.of(List.of("a", "c"), List.of("b"), List.of("d")), names);
  }

  @Test
  void sigmaThatIsInfiniteLeavesAGapAndAlphaBarIsZero() {
    NoiseSchedule zeroSnr =
        BetaSchedule.of(
            SchedulerConfigs.of(
                Map.of(
                    "rescale_betas_zero_snr",
                    true,
                    "timestep_spacing",
                    "trailing",
                    "prediction_type",
                    "v_prediction")));
    Plan plan = Schedulers.get("ddim").plan(zeroSnr, 5, 1);
    SchedulePlot plot = plot(Map.of("ddim", plan));
    assertTrue(Float.isNaN(plot(plot.sigmas(List.of(zeroSnr))).getDataObjectArrays(0)[1][0]));
    assertEquals(0, plot(plot.alphas()).getDataObjectArrays(0)[1][0]);
  }

  @Test
  void theAxisOfSigmaIsLinearForFlowMatchingFromDataToNoise() {
    NoiseSchedule flow = FlowSchedule.of(SchedulerConfigs.of(Map.of()));
    SchedulePlot plot = plot(Map.of("euler", Schedulers.get("euler").plan(flow, 5, 1)));
    Plot sigmas = plot(plot.sigmas(List.of(flow)));
    assertEquals(0, sigmas.getLimits()[2]);
    assertEquals(1.02, sigmas.getLimits()[3], 1e-6);
    assertEquals(
        sigmas.scaleYtoPxl(0) - sigmas.scaleYtoPxl(0.5),
        sigmas.scaleYtoPxl(0.5) - sigmas.scaleYtoPxl(1),
        1.01);
    assertEquals(1, sigmas.getDataObjectArrays(0)[1][0]);
    assertEquals(0.001, sigmas.getDataObjectArrays(0)[1][4], 1e-6);
  }

  @Test
  void allPlotsOfAModelHaveTheSameAxisOfSigma() {
    double[] one = plot(plot(Map.of("a", plan(7, 10))).sigmas(List.of(SD))).getLimits();
    double[] other = plot(plot(manyPlans(30)).sigmas(List.of(SD))).getLimits();
    assertArrayEquals(Arrays.copyOfRange(one, 2, 4), Arrays.copyOfRange(other, 2, 4));
  }
}
