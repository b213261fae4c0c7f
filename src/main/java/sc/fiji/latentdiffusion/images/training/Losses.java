/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import ij.ImagePlus;
import ij.gui.Plot;
import ij.measure.ResultsTable;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.training.Training;

/** The losses of a training, step by step, as a table and as a plot. */
final class Losses {

  /** The title of the table. */
  static final String TABLE = "Training";

  /** The title of the plot. */
  static final String PLOT = "Training loss";

  private static final double KEPT = 0.95;
  private static final int WIDTH = 560;
  private static final int HEIGHT = 320;
  private static final int DECIMALS = 6;

  private record Row(Training.Step step, double smoothed, double heldBack, double seconds) {}

  private final List<Row> rows = new ArrayList<>();

  /** Adds a step. */
  void add(Training.Step step, double heldBack, double seconds) {
    double before = rows.isEmpty() ? step.loss() : smoothed();
    rows.add(new Row(step, KEPT * before + (1 - KEPT) * step.loss(), heldBack, seconds));
  }

  /** Returns the loss, smoothed over about 20 steps. */
  double smoothed() {
    return rows.get(rows.size() - 1).smoothed();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  ResultsTable table() {
    ResultsTable table = new ResultsTable();
    table.setPrecision(DECIMALS);
    table.setNaNEmptyCells(true);
    for (Row row : rows) {
      table.addRow();
      table.addValue("step", row.step().step());
      table.addValue("loss", row.step().loss());
      table.addValue("smoothed", row.smoothed());
      table.addValue("held-back loss", row.heldBack());
      table.addValue("rate", row.step().rate());
      table.addValue("gradient norm", row.step().norm());
      table.addValue("seconds", row.seconds());
    }
    table.setDecimalPlaces(table.getColumnIndex("step"), 0);
    return table;
  }

  /** Draws the losses so far. */
  Plot plot() {
    Plot plot = new Plot(PLOT, "Step", "Loss");
    plot.setFrameSize(WIDTH, HEIGHT);
    plot.setColor(new Color(0xbbbbbb));
    plot.addPoints(steps(rows), values(rows, row -> row.step().loss()), Plot.LINE);
    plot.setLineWidth(2);
    plot.setColor(new Color(0x0072b2));
    plot.addPoints(steps(rows), values(rows, Row::smoothed), Plot.LINE);
    List<Row> tested = rows.stream().filter(row -> Double.isFinite(row.heldBack())).toList();
    String legend = "loss\nsmoothed";
    if (!tested.isEmpty()) {
      plot.setColor(new Color(0xd55e00), new Color(0xd55e00));
      plot.addPoints(steps(tested), values(tested, Row::heldBack), Plot.CONNECTED_CIRCLES);
      legend += "\nheld back";
    }
    plot.setColor(Color.BLACK);
    plot.setLineWidth(1);
    plot.setLegend(legend, Plot.AUTO_POSITION);
    plot.setLimitsToFit(false);
    return plot;
  }

  ImagePlus plotted() {
    return plot().getImagePlus();
  }

  private interface Quantity {
    double of(Row row);
  }

  private static double[] steps(List<Row> some) {
    return values(some, row -> row.step().step());
  }

  private static double[] values(List<Row> some, Quantity quantity) {
    return some.stream().mapToDouble(quantity::of).toArray();
  }
}
