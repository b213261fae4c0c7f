/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.models.prompts.TokenRows;

/** Reads the rows of an open table, which a model takes in place of words. */
public final class ConditioningTable {

  private ConditioningTable() {}

  /**
   * Reads a table; labels of rows are left out.
   *
   * @param title of its window, "Results" for ImageJ's own; empty for none
   * @throws IllegalArgumentException if there is no such table, it is empty, or a cell is no finite
   *     number; the message names it
   */
  public static Optional<TokenRows> rows(String title) {
    String wanted = title == null ? "" : title.trim();
    if (wanted.isEmpty()) return Optional.empty();
    ResultsTable table = found(wanted);
    int[] columns =
        IntStream.rangeClosed(0, table.getLastColumn()).filter(table::columnExists).toArray();
    if (table.size() == 0 || columns.length == 0) {
      throw refused("a table with rows and columns", "\"" + wanted + "\", which is empty");
    }
    List<List<Float>> rows = new ArrayList<>();
    for (int row = 0; row < table.size(); row++) {
      List<Float> numbers = new ArrayList<>();
      for (int column : columns) numbers.add(number(table, wanted, column, row));
      rows.add(numbers);
    }
    return Optional.of(new TokenRows(wanted, rows));
  }

  private static ResultsTable found(String title) {
    ResultsTable table = ResultsTable.getResultsTable(title);
    if (table == null && title.equals("Results")) table = ResultsTable.getResultsTable();
    if (table != null) return table;
    throw refused("the title of an open table", "\"" + title + "\", and there is no such table");
  }

  private static float number(ResultsTable table, String title, int column, int row) {
    double value = table.getValueAsDouble(column, row);
    if (Double.isFinite(value)) return (float) value;
    throw refused(
        "a table of finite numbers alone",
        String.format(
            "\"%s\", whose column \"%s\" has %s in row %d",
            title, table.getColumnHeading(column), table.getStringValue(column, row), row + 1));
  }

  private static IllegalArgumentException refused(String expected, String found) {
    return new IllegalArgumentException(
        "conditioning must be " + expected + ", but is " + found + ".");
  }
}
