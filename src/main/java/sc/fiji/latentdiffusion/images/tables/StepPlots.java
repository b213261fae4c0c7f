/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.ImagePlus;
import ij.gui.Plot;
import java.awt.Color;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plots of {@link StepTable}: columns against the evaluation, a line for each run. */
final class StepPlots {

  private static final List<String> NORMS =
      List.of("x RMS", "noise RMS", "predicted RMS", "difference RMS");

  private static final String COSINE = "cosine";

  private StepPlots() {}

  /** Plots the norms of the quantities. */
  static ImagePlus norms(List<List<Map<String, Double>>> runs) {
    Plot plot = plot("Norms by step", "RMS, in units of latents", runs, NORMS);
    plot.setLimits(first(), last(runs), 0, Double.NaN);
    return plot.getImagePlus();
  }

  /** Plots the cosine of the halves; nothing without guidance. */
  static Optional<ImagePlus> cosine(List<List<Map<String, Double>>> runs) {
    if (!exists(COSINE, runs)) return Optional.empty();
    Plot plot =
        plot("Cosine by step", "cosine of both predictions of noise", runs, List.of(COSINE));
    plot.setLimits(first(), last(runs), Double.NaN, Double.NaN);
    return Optional.of(plot.getImagePlus());
  }

  private static double first() {
    return SchedulePlot.FIRST;
  }

  private static double last(List<List<Map<String, Double>>> runs) {
    return runs.stream().mapToInt(List::size).max().orElse(0) + 1 - first();
  }

  private static boolean exists(String column, List<List<Map<String, Double>>> runs) {
    return runs.stream().flatMap(List::stream).anyMatch(row -> Double.isFinite(row.get(column)));
  }

  private static Plot plot(
      String title, String quantity, List<List<Map<String, Double>>> runs, List<String> columns) {
    Plot plot = new Plot(title, "evaluation", quantity);
    plot.setFont(SchedulePlot.FONT);
    plot.setFrameSize(SchedulePlot.WIDTH, SchedulePlot.HEIGHT);
    plot.setLineWidth(2);
    List<String> shown = columns.stream().filter(column -> exists(column, runs)).toList();
    for (int run = runs.size() - 1; run >= 0; run--) { // the first is drawn last
      for (String column : shown) {
        plot.setColor(new Color(SchedulePlot.COLORS[columns.indexOf(column)]));
        plot.add("line", x(runs.get(run)), y(runs.get(run), column));
        if (run == 0) plot.setLabel(-1, column.replace(" RMS", ""));
      }
    }
    plot.setColor(Color.BLACK);
    plot.setLineWidth(1);
    plot.setLegend(null, Plot.AUTO_POSITION);
    return plot;
  }

  private static double[] x(List<Map<String, Double>> run) {
    return run.stream().mapToDouble(row -> row.get("evaluation")).toArray();
  }

  private static double[] y(List<Map<String, Double>> run, String column) {
    return run.stream().mapToDouble(row -> row.get(column)).toArray();
  }
}
