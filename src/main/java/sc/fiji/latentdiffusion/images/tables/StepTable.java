/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Results;

/**
 * The numbers of runs as ImageJ's table "Steps", a row for each evaluation of the denoiser, and
 * their plots. All are of latents and in their unit; RMS is the root of the mean square, SD has n −
 * 1. A number that does not exist is NaN: those of two halves without guidance, and the change of
 * the first evaluation.
 *
 * <p>{@code x} is the sample before the evaluation, {@code noise} the noise that is predicted in
 * it, after guidance, {@code predicted} the latents without it. {@code conditional} and {@code
 * unconditional} are the halves of the noise, {@code difference} the one less the other, and {@code
 * cosine} that of the angle between them. {@code change} is the RMS of {@code predicted} less that
 * of the evaluation before.
 */
public final class StepTable {

  /** The title of the table's window. */
  public static final String TITLE = "Steps";

  /** The role of the plot "Norms by step". */
  public static final String NORMS = "norms";

  /** The role of the plot "Cosine by step". */
  public static final String COSINE = "cosine";

  private final List<StepRows> runs = new ArrayList<>();

  /**
   * Begins a run; its rows stand behind those of earlier runs.
   *
   * @param run from 1
   * @param seed of the run
   * @param slice of the input, from 1
   * @param labels of the evaluations
   * @return takes the run's evaluations
   */
  public StepRows begin(int run, long seed, int slice, List<EvaluationLabel> labels) {
    StepRows rows = new StepRows(run, seed, slice, labels);
    runs.add(rows);
    return rows;
  }

  /**
   * Returns the table and the plots, of a run that was stopped as far as it came.
   *
   * @return nothing if there is no row; no plot of the cosine without guidance
   */
  public Results results() {
    List<List<Map<String, Double>>> rows =
        runs.stream().map(StepRows::rows).filter(run -> !run.isEmpty()).toList();
    if (rows.isEmpty()) return Results.NONE;
    Results results = Results.of(table(rows), TITLE).with(NORMS, StepPlots.norms(rows));
    return StepPlots.cosine(rows).map(plot -> results.with(COSINE, plot)).orElse(results);
  }

  private static ResultsTable table(List<List<Map<String, Double>>> rows) {
    ResultsTable table = new ResultsTable();
    table.setPrecision(ScheduleTable.DECIMALS);
    for (List<Map<String, Double>> run : rows) {
      for (Map<String, Double> row : run) {
        table.addRow();
        row.forEach(table::addValue);
      }
    }
    table.setDecimalPlaces(table.getColumnIndex("seed"), 0); // of ten digits
    return table;
  }
}
