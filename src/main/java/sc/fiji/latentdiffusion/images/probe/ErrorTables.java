/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import ij.measure.ResultsTable;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/** The errors of prompts in numbers. */
final class ErrorTables {

  /** The title of the table of prompts. */
  static final String PROMPTS = "Prompts";

  /** The title of the table of levels. */
  static final String LEVELS = "Errors by timestep";

  private static final int DECIMALS = 6;

  private ErrorTables() {}

  /**
   * Makes a table with a row for each prompt, that of the least error first.
   *
   * @param numbers how many latent values count
   */
  static ResultsTable prompts(NoiseErrors errors, List<String> prompts, int numbers) {
    ResultsTable table = new ResultsTable();
    table.setPrecision(DECIMALS);
    table.setNaNEmptyCells(true);
    double[] probabilities = errors.probabilities(numbers);
    for (int p : errors.ranked()) {
      table.addRow();
      table.addValue("prompt", prompts.get(p));
      table.addValue("error", errors.mean(p));
      table.addValue("SD of error", errors.deviation(p));
      table.addValue("wins", errors.wins(p));
      table.addValue("probability", probabilities[p]);
    }
    return table;
  }

  /** Makes a table with a row for each level, and a column for each prompt. */
  static ResultsTable levels(NoiseErrors errors, List<String> prompts, List<Evaluation> levels) {
    ResultsTable table = new ResultsTable();
    table.setPrecision(DECIMALS);
    for (int k = 0; k < levels.size(); k++) {
      table.addRow();
      table.addValue("timestep", levels.get(k).timestep());
      table.addValue("sigma", levels.get(k).sigma());
      for (int p = 0; p < prompts.size(); p++) table.addValue(prompts.get(p), errors.at(k, p));
    }
    return table;
  }
}
