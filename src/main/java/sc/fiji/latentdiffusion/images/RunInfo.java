/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.library.PromptNotes;
import sc.fiji.latentdiffusion.models.prompts.TokenRows;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/** Writes the Info of an {@link ImageRun}, and its warnings into ImageJ's log. */
final class RunInfo {

  /** The most numbers of a table of conditioning that the Info holds. */
  private static final int MOST_NUMBERS = 4096;

  private RunInfo() {}

  /**
   * Describes the first of the runs; the others differ only in their seed.
   *
   * @param call of the command
   * @param first run, before its first evaluation
   */
  static Info of(MacroCall call, LatentDiffusion model, ImageStart start, Run first)
      throws IOException {
    List<String> warnings = new ArrayList<>(first.warnings());
    warnings.addAll(start.warnings());
    warnings.addAll(PromptNotes.signs(model.model(), first.request().prompting()));
    Info.log(call, warnings);
    MacroCall resolved = call.with(first.request().resolved()).with(start.resolved());
    Info info = Info.of(resolved, model, first.addOns()).putWarnings(warnings).putSteps(first);
    first.request().prompting().rows().ifPresent(rows -> info.put("conditioningRows", text(rows)));
    start.describe(info);
    if (first.size() == 0) {
      String note = unchanged(first.request());
      Info.log(call, List.of(note));
      info.put("note", note);
    }
    return info;
  }

  /** Returns numbers with commas, rows with semicolons; of many numbers only how many there are. */
  private static String text(TokenRows rows) {
    if (rows.numbers().length > MOST_NUMBERS) return rows.rows().size() + " × " + rows.width();
    return rows.rows().stream()
        .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining(",")))
        .collect(Collectors.joining(";"));
  }

  private static String unchanged(Request request) {
    return String.format(
        "Strength %s of %d steps leaves no step: the result equals the input.",
        Numbers.text(request.strength()), request.steps());
  }
}
