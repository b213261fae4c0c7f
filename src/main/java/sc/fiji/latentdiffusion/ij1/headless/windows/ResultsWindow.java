/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

import ij.IJ;
import ij.plugin.filter.Analyzer;
import ij.text.TextPanel;
import ij.text.TextWindow;

/**
 * The window of results, which ImageJ opens with its own window only. Without it, each measurement
 * of several would begin a new table. What is measured is printed, too.
 */
public final class ResultsWindow {

  private ResultsWindow() {}

  /** Takes the place of {@code IJ.getTextPanel}: opens the window. */
  public static TextPanel getTextPanel() {
    if (!IJ.isResultsWindow()) {
      TextPanel rows = new TextWindow("Results", "", 400, 250).getTextPanel();
      rows.setResultsTable(Analyzer.getResultsTable());
      IJ.setTextPanel(rows);
    }
    return IJ.getTextPanel();
  }

  /** Takes the place of {@code IJ.setColumnHeadings}. */
  public static void setColumnHeadings(String headings) {
    getTextPanel();
    IJ.setColumnHeadings(headings);
    IJ.log(headings);
  }

  /** Takes the place of {@code IJ.write}. */
  public static void write(String row) {
    getTextPanel().append(row);
    IJ.log(row);
  }
}
