package sc.fiji.latentdiffusion.images.tables;

import ij.WindowManager;
import ij.measure.ResultsTable;
import ij.plugin.filter.Analyzer;
import ij.text.TextWindow;
import java.awt.GraphicsEnvironment;

/** Opens tables. */
public final class TableWindow {

  private TableWindow() {}

  /**
   * Opens a table. Without a screen it becomes ImageJ's table of results, which macros read and
   * save.
   *
   * @param title of the window
   */
  public static void show(ResultsTable table, String title) {
    if (GraphicsEnvironment.isHeadless()) {
      Analyzer.setResultsTable(table); // sets the digits of measurements
      table.setPrecision(ScheduleTable.DECIMALS);
    } else {
      table.show(title);
      if (WindowManager.getWindow(title) instanceof TextWindow window) ColumnWidths.fit(window);
    }
  }
}
