/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.measure.ResultsTable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;

/** Each number of the table, computed by hand. */
class StepTableTest {

  @PyTorch private static NDManager manager;

  private static Evaluation evaluation(int index) {
    return TestEvaluations.of(
        index, index, 951 - 100 * index, NoiseLevel.ofAlphaCumprod(0.2 + 0.6 * index));
  }

  private static NDArray array(float... values) {
    return manager.create(values, new Shape(1, 1, 2, 2));
  }

  private static ResultsTable table() {
    Plan plan = new Plan(0, 1, List.of(evaluation(0), evaluation(1)));
    StepTable table = new StepTable();
    StepRows rows = table.begin(2, 4294967295L, 3, EvaluationLabel.of(plan));
    NDArray x = array(1, 2, 3, 4);
    Evaluated.Halves halves =
        new Evaluated.Halves(array(3, 0, 0, 4), Optional.of(array(0, 0, 0, 4)));
    rows.accept(
        new Evaluated(
            evaluation(0), x, array(1, -1, 1, -1), x, x, halves, Evaluated.Attention.NONE));
    rows.accept(new Evaluated(evaluation(1), x, x, array(1, 2, 3, 8), x));
    return table.results().table();
  }

  @Test
  void aRowSaysWhereItsEvaluationIs() {
    ResultsTable table = table();
    assertEquals(2, table.size());
    assertEquals(2, table.getValue("run", 1));
    assertEquals(4294967295.0, table.getValue("seed", 1));
    assertTrue(table.getRowAsString(1).contains("4294967295\t"), table.getRowAsString(1));
    assertEquals(3, table.getValue("slice", 1));
    assertEquals(2, table.getValue("evaluation", 1));
    assertEquals(2, table.getValue("step", 1));
    assertEquals(1, table.getValue("part of step", 1));
    assertEquals(851, table.getValue("timestep", 1));
    assertEquals(0.5, table.getValue("sigma", 1), 1e-12);
    assertEquals(0.8, table.getValue("alpha-bar", 1), 1e-12);
    assertEquals(4, table.getValue("SNR", 1), 1e-12);
    assertEquals(10 * Math.log10(4), table.getValue("SNR (dB)", 1), 1e-12);
  }

  @Test
  void quantitiesHaveTheirMoments() {
    ResultsTable table = table();
    assertEquals(2.5, table.getValue("x mean", 0));
    assertEquals(Math.sqrt(5.0 / 3), table.getValue("x SD", 0), 1e-12);
    assertEquals(1, table.getValue("x min", 0));
    assertEquals(4, table.getValue("x max", 0));
    assertEquals(Math.sqrt(7.5), table.getValue("x RMS", 0), 1e-12);
    assertEquals(0, table.getValue("noise mean", 0));
    assertEquals(1, table.getValue("noise RMS", 0));
    assertEquals(3.5, table.getValue("predicted mean", 1));
  }

  @Test
  void halvesAreComparedAndPredictionsWithThoseBefore() {
    ResultsTable table = table();
    assertEquals(2.5, table.getValue("conditional RMS", 0), 1e-12);
    assertEquals(2, table.getValue("unconditional RMS", 0));
    assertEquals(1.5, table.getValue("difference RMS", 0));
    assertEquals(0.8, table.getValue("cosine", 0), 1e-12);
    assertEquals(2, table.getValue("change", 1));
    assertTrue(Double.isNaN(table.getValue("change", 0)));
    assertTrue(Double.isNaN(table.getValue("cosine", 1)));
  }

  @Test
  void plotsAreMadeBesideTheTableAndNothingWithoutARow() {
    StepTable empty = new StepTable();
    assertEquals(Results.NONE, empty.results());
    Plan plan = new Plan(0, 1, List.of(evaluation(0)));
    NDArray x = array(1, 2, 3, 4);
    empty.begin(1, 0, 1, EvaluationLabel.of(plan)).accept(new Evaluated(evaluation(0), x, x, x, x));
    assertEquals(
        List.of("Norms by step"),
        empty.results().all().stream().map(image -> image.getTitle()).toList());
  }
}
