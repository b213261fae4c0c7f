/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.ImagePlus;
import ij.gui.Plot;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * Curves as ImageJ's plots. The axes cover all noise of the model's training: plots of different
 * schedulers, steps and strengths can be compared. Curves that coincide share one colour, and the
 * legend names all schedulers of each.
 */
final class SchedulePlot {

  /** The width in pixels of the part within the axes. */
  static final int WIDTH = 720;

  /** The height in pixels of the part within the axes. */
  static final int HEIGHT = 420;

  private static final int NAMES_A_ROW = 3;

  /** A longer legend stands beside the curves. */
  private static final int ROWS_AMONG_CURVES = 6;

  /** The width of a legend's line and its margins, in pixels. */
  private static final int LEGEND_LINE = 45;

  /** The font of all texts. */
  static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  /** With more curves than this, circles at the evaluations hide one another. */
  private static final int MARKED = 4;

  /** The most distinct colours come first; further curves have them again, thinner. */
  static final int[] COLORS = {
    0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x000000, 0xb8860b, 0x56b4e9, 0x800000, 0x6a3d9a,
    0x7f7f00, 0xff1493, 0x008080, 0x8b4513, 0x00b000, 0x4b4bff, 0x808080
  };

  private static final String OF_ALL =
      "sigma, noise relative to data; with flow matching weight of the noise";

  /** The left end of the axis of steps, which begins with step 1. */
  static final double FIRST = 0.5;

  private final List<Curve> curves;
  private final String stepsLabel;

  /**
   * @param curves to be drawn
   * @param stepsLabel label of the axis of steps
   */
  SchedulePlot(List<Curve> curves, String stepsLabel) {
    this.curves = curves;
    this.stepsLabel = stepsLabel;
  }

  /**
   * Plots sigma against the step, on the axis of the noise schedules; of several kinds on a
   * logarithmic one.
   */
  ImagePlus sigmas(Collection<NoiseSchedule> schedules) {
    double[] all =
        schedules.stream()
            .flatMapToDouble(schedule -> Arrays.stream(schedule.sigmas()))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double most = all[all.length - 1];
    NoiseSchedule.Axis axis = axis(schedules);
    boolean log = axis.logarithmic();
    Plot plot = plot("Sigma by step", axis.label());
    plot.setAxisYLog(log);
    plot.setLimits(FIRST, end(), log ? all[0] / 1.5 : 0, log ? most * 1.5 : most * 1.02);
    return drawn(plot, Curve::sigmas);
  }

  private static NoiseSchedule.Axis axis(Collection<NoiseSchedule> schedules) {
    List<NoiseSchedule.Axis> axes = schedules.stream().map(NoiseSchedule::axis).distinct().toList();
    return axes.size() == 1 ? axes.get(0) : new NoiseSchedule.Axis(OF_ALL, true);
  }

  /** Plots ᾱ against the step. */
  ImagePlus alphas() {
    Plot plot = plot("Alpha-bar by step", "ᾱ, part of the variance that is data");
    plot.setLimits(FIRST, end(), 0, 1.02);
    return drawn(plot, Curve::alphas);
  }

  private Plot plot(String title, String quantity) {
    Plot plot = new Plot(title, stepsLabel, quantity);
    plot.setFont(FONT);
    plot.setFrameSize(WIDTH + besides(), Math.max(HEIGHT, (rows().size() + 2) * rowHeight()));
    return plot;
  }

  /** Returns the right end of the axis of steps, behind a legend beside the curves. */
  private double end() {
    double last = curves.stream().mapToDouble(c -> c.steps()[c.steps().length - 1]).max().orElse(1);
    return FIRST + last * (WIDTH + besides()) / WIDTH;
  }

  /** Returns the width in pixels of a legend beside the curves; 0 if it stands among them. */
  private int besides() {
    return rows().size() <= ROWS_AMONG_CURVES
        ? 0
        : LEGEND_LINE + rows().stream().mapToInt(metrics()::stringWidth).max().orElse(0);
  }

  private static int rowHeight() {
    return metrics().getHeight();
  }

  private static FontMetrics metrics() {
    ImageProcessor canvas = new ByteProcessor(1, 1);
    canvas.setFont(FONT);
    return canvas.getFontMetrics();
  }

  /** Draws the first curves last, above the others; they stand first in the legend. */
  private ImagePlus drawn(Plot plot, Function<Curve, double[]> quantity) {
    for (int i = curves.size() - 1; i >= 0; i--) {
      plot.setLineWidth(i < COLORS.length ? 2 : 1);
      add(plot, curves.get(i), new Color(COLORS[i % COLORS.length]), quantity);
    }
    plot.setColor(Color.BLACK);
    plot.setLineWidth(1);
    int position = besides() > 0 ? Plot.TOP_RIGHT : Plot.AUTO_POSITION;
    plot.setLegend(null, position | Plot.LEGEND_BOTTOM_UP);
    return plot.getImagePlus();
  }

  /** Draws a curve once for each row of its legend: ImageJ gives each object of a plot one row. */
  private void add(Plot plot, Curve curve, Color color, Function<Curve, double[]> quantity) {
    plot.setColor(color, color);
    int shape = curves.size() <= MARKED ? Plot.CONNECTED_CIRCLES : Plot.LINE;
    float[] x = floats(curve.steps());
    float[] y = floats(quantity.apply(curve));
    List<String> rows = rows(curve);
    for (int row = rows.size() - 1; row >= 0; row--) {
      plot.addPoints(x, y, null, shape, rows.get(row));
    }
  }

  private List<String> rows() {
    return curves.stream().flatMap(curve -> rows(curve).stream()).toList();
  }

  private static List<String> rows(Curve curve) {
    List<String> rows = new ArrayList<>();
    List<String> names = curve.names();
    for (int i = 0; i < names.size(); i += NAMES_A_ROW) {
      rows.add(String.join(", ", names.subList(i, Math.min(i + NAMES_A_ROW, names.size()))));
    }
    return rows;
  }

  /** Leaves out infinite values, as sigma is where no data is left. */
  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = Double.isFinite(values[i]) ? (float) values[i] : Float.NaN;
    }
    return floats;
  }
}
