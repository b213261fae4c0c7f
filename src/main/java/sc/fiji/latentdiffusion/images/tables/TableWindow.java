package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import ij.plugin.filter.Analyzer;
import java.awt.GraphicsEnvironment;

/** Where tables are opened. */
public final class TableWindow {

  private TableWindow() {}

  /**
   * Opens a table. Without a screen, where ImageJ has no windows of tables, it becomes the table of
   * results, which macros read and save.
   *
   * @param title of the window
   */
  public static void show(ResultsTable table, String title) {
    if (GraphicsEnvironment.isHeadless()) {
      Analyzer.setResultsTable(table); // which sets the digits that the user wants of measurements
      table.setPrecision(ScheduleTable.DECIMALS);
    } else {
      table.show(title);
    }
  }
}
