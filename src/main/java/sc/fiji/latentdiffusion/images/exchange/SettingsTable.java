/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import ij.measure.ResultsTable;
import java.util.List;

/** The settings of a picture as ImageJ's table, and the macro line that uses them. */
public final class SettingsTable {

  /** The title of its window. */
  public static final String TITLE = "Settings";

  private static final List<String> COLUMNS = List.of("Found", "Value", "Key", "Set to", "Note");

  private SettingsTable() {}

  /**
   * Makes the table.
   *
   * @param rows one a setting
   * @param line of the macro, the last row
   */
  public static ResultsTable of(List<Found.Row> rows, String line) {
    ResultsTable table = new ResultsTable();
    rows.forEach(row -> add(table, row.found(), row.value(), row.key(), row.set(), row.note()));
    add(table, "", "", "macro", line, "");
    return table;
  }

  private static void add(ResultsTable table, String... cells) {
    table.incrementCounter();
    for (int i = 0; i < cells.length; i++) table.addValue(COLUMNS.get(i), cells[i]);
  }
}
