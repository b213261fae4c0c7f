/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.IJ;
import ij.WindowManager;
import ij.measure.ResultsTable;
import ij.plugin.filter.Analyzer;
import ij.text.TextWindow;
import java.awt.GraphicsEnvironment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Opens tables. */
public final class TableWindow {

  /** The last table that took the place of the results, and its rows. */
  private static ResultsTable shown;

  private static int rows;

  private TableWindow() {}

  /**
   * Opens each table in a window of its own, the first one last. Where Java has no windows at all,
   * in another program without a screen, the first table becomes ImageJ's table of results if that
   * has no rows of the user's; all others are printed.
   *
   * @param tables by the titles of their windows
   */
  public static synchronized void show(Map<String, ResultsTable> tables) {
    List<String> titles = new ArrayList<>(tables.keySet());
    Collections.reverse(titles);
    for (String title : titles) {
      boolean isFirst = title.equals(titles.get(titles.size() - 1));
      show(tables.get(title), title, isFirst);
    }
  }

  private static void show(ResultsTable table, String title, boolean isFirst) {
    table.show(title);
    if (!GraphicsEnvironment.isHeadless()) {
      if (WindowManager.getWindow(title) instanceof TextWindow window) ColumnWidths.fit(window);
    } else if (ResultsTable.getResultsTable(title) == null) {
      showWithoutWindow(table, title, isFirst);
    }
  }

  private static void showWithoutWindow(ResultsTable table, String title, boolean isFirst) {
    if (isFirst && isFree(Analyzer.getResultsTable())) {
      Analyzer.setResultsTable(table); // sets the digits of measurements
      table.setPrecision(ScheduleTable.DECIMALS);
      shown = table;
      rows = table.size();
    } else {
      print(table, title);
    }
  }

  /** Whether nobody but a command has written rows into a table. */
  private static boolean isFree(ResultsTable results) {
    return results.size() == 0 || results == shown && results.size() == rows;
  }

  private static void print(ResultsTable table, String title) {
    IJ.log(title);
    IJ.log(table.getColumnHeadings());
    for (int row = 0; row < table.size(); row++) {
      IJ.log(table.getRowAsString(row));
    }
  }
}
