/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A plan as text: a line for the first sample, and a table of one row an evaluation. */
final class PlanTable {

  private PlanTable() {}

  static String of(Plan plan) {
    String start =
        String.format(
            Locale.ROOT, "x = %.6g data + %.6g noise%n", plan.dataWeight(), plan.noiseWeight());
    String head =
        String.format("%5s %5s %10s %12s %10s%n", "index", "step", "timestep", "sigma", "scale");
    return start
        + head
        + plan.evaluations().stream().map(PlanTable::row).collect(Collectors.joining("\n"));
  }

  static String row(Evaluation evaluation) {
    String row =
        String.format(
            Locale.ROOT,
            "%5d %5d %10.4f %12.6g %10.6f  m = %.6g x %+.6g out%s   x' = %s s + %s m + %s z",
            evaluation.index(),
            evaluation.step(),
            evaluation.timestep(),
            evaluation.sigma(),
            evaluation.inputScale(),
            evaluation.model().sample(),
            evaluation.model().output(),
            evaluation.clipping().map(PlanTable::text).orElse(""),
            text(evaluation.sampleWeights()),
            text(evaluation.modelWeights()),
            text(evaluation.noiseWeights()));
    return row
        + text(evaluation.correction())
        + evaluation.increment().map(i -> "   z of " + i).orElse("");
  }

  private static String text(Clipping clipping) {
    return String.format(Locale.ROOT, " %+.6g data in ±%s", clipping.dataWeight(), clipping.text());
  }

  private static String text(Correction correction) {
    if (correction.equals(Correction.NONE)) return "";
    String samples = text(correction.sampleWeights());
    String text = "   s = " + samples + " x + " + text(correction.modelWeights()) + " m";
    return correction.noiseWeights().isEmpty()
        ? text
        : text + " + " + text(correction.noiseWeights()) + " z";
  }

  private static String text(List<Double> weights) {
    return weights.stream()
        .map(weight -> String.format(Locale.ROOT, "%.6g", weight))
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
