/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.gui.GUI;
import ij.text.TextPanel;
import ij.text.TextWindow;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Rectangle;
import java.util.Arrays;
import sc.fiji.latentdiffusion.images.imagej.HeldBounds;

/**
 * The widths of the columns of a table's window. ImageJ makes a column as wide as the widest cell
 * of the first 20 rows and of the last row; longer cells would run into the next column.
 */
final class ColumnWidths {

  /** ImageJ's own, if the user has chosen no other. */
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 16);

  /** What ImageJ adds to the widest cell, in pixels. */
  private static final int GAP = 15;

  /** The width of the scroll bar and the frame, in pixels. */
  private static final int MARGIN = 30;

  private final TextPanel panel;
  private final FontMetrics metrics;
  private final int[] widths;

  private ColumnWidths(TextPanel panel) {
    this.panel = panel;
    metrics = panel.getFontMetrics(FONT);
    String[] headings = cells(panel.getColumnHeadings());
    widths = new int[headings.length];
    take(headings);
    for (int row = 0; row < panel.getLineCount(); row++) {
      take(cells(panel.getLine(row)));
    }
  }

  private static String[] cells(String line) {
    return line.split("\t", -1);
  }

  private void take(String[] cells) {
    for (int c = 0; c < Math.min(cells.length, widths.length); c++) {
      widths[c] = Math.max(widths[c], metrics.stringWidth(cells[c]));
    }
  }

  /** Makes columns as wide as all their cells, and the window as wide as its columns. */
  static void fit(TextWindow window) {
    ColumnWidths columns = new ColumnWidths(window.getTextPanel());
    int width = MARGIN + Arrays.stream(columns.widths).map(cell -> cell + GAP).sum();
    Rectangle screen = GUI.getMaxWindowBounds(window);
    Rectangle wanted = window.getBounds();
    wanted.width = Math.min(width, screen.width);
    HeldBounds.set(window, HeldBounds.release(window), wanted);
    columns.widen();
  }

  /** Adds blanks to the cells of the first row, in the window only. */
  private void widen() {
    if (panel.getLineCount() == 0) return;
    String[] first = Arrays.copyOf(cells(panel.getLine(0)), widths.length);
    for (int c = 0; c < first.length; c++) {
      StringBuilder cell = new StringBuilder(first[c] == null ? "" : first[c]);
      while (metrics.stringWidth(cell.toString()) < widths[c]) cell.append(' ');
      first[c] = cell.toString();
    }
    panel.setLine(0, String.join("\t", first));
    panel.scrollToTop();
  }
}
