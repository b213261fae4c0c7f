/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import ij.gui.Plot;
import ij.io.FileSaver;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Draws what {@link StepStudy} has measured, as ImageJ's plots: {@code StepPlots [FOLDER]} writes
 * {@code FOLDER/steps-solvers.png}, all schedulers where they place their steps themselves, and
 * {@code FOLDER/steps-spacings.png}, one scheduler with all spacings.
 */
public final class StepPlots {

  private static final Color[] COLORS = {
    new Color(0x0072b2),
    new Color(0xd55e00),
    new Color(0x009e73),
    new Color(0xcc79a7),
    Color.BLACK,
    new Color(0xb8860b),
    new Color(0x56b4e9),
    new Color(0x800000),
    new Color(0x6a3d9a),
    new Color(0x7f7f00),
    new Color(0xff1493),
    new Color(0x008080),
    new Color(0x8b4513),
    new Color(0x00b000),
    new Color(0x4b4bff)
  };

  private static final double SMALLEST = 0.003;
  private static final double LARGEST = 2;

  /** A line of the table. */
  private record Row(
      String solver, String spacing, double guidanceTo, double evaluations, double error) {

    static Row of(String line) {
      String[] cells = line.split(",");
      return new Row(
          cells[0],
          cells[1],
          Double.parseDouble(cells[2]),
          Double.parseDouble(cells[4]),
          Double.parseDouble(cells[5]));
    }
  }

  private StepPlots() {}

  /**
   * Draws.
   *
   * @param arguments the folder of the table; none for {@code target/steps}
   * @throws IOException if the table can't be read
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "target/steps");
    List<Row> rows =
        Files.readAllLines(folder.resolve("steps.csv")).stream().skip(1).map(Row::of).toList();
    Predicate<Row> isGuided = row -> row.guidanceTo() == 1;
    save(
        folder.resolve("steps-solvers.png"),
        "Error by evaluations, spacing=model",
        rows.stream().filter(isGuided.and(row -> row.spacing().equals("model"))).toList(),
        Row::solver);
    save(
        folder.resolve("steps-spacings.png"),
        "Error of dpmpp_2m by evaluations",
        rows.stream().filter(isGuided.and(row -> row.solver().equals("dpmpp_2m"))).toList(),
        Row::spacing);
  }

  private static void save(Path file, String title, List<Row> rows, Function<Row, String> curve) {
    Map<String, Map<Double, Double>> curves = new LinkedHashMap<>();
    for (Row row : rows) {
      curves
          .computeIfAbsent(curve.apply(row), name -> new TreeMap<>())
          .put(row.evaluations(), row.error());
    }
    Plot plot = new Plot(title, "evaluations of the U-Net", "error");
    plot.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    plot.setFrameSize(720, 420);
    plot.setLogScaleX();
    plot.setLogScaleY();
    int i = 0;
    for (Map<Double, Double> points : curves.values()) {
      Color color = COLORS[i++ % COLORS.length];
      plot.setColor(color, color);
      plot.setLineWidth(2);
      double[] x = points.keySet().stream().mapToDouble(Double::doubleValue).toArray();
      double[] y = points.values().stream().mapToDouble(Double::doubleValue).toArray();
      plot.addPoints(x, y, Plot.CONNECTED_CIRCLES);
    }
    plot.setLimits(4.5, 90, SMALLEST, LARGEST);
    plot.setColor(Color.BLACK);
    plot.setLineWidth(1);
    plot.addLegend(String.join("\n", curves.keySet()), "top-right");
    new FileSaver(plot.getImagePlus()).saveAsPng(file.toString());
  }
}
