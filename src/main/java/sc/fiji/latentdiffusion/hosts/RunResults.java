/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.awt.Point;
import java.util.Iterator;
import java.util.List;
import org.scijava.command.CommandModule;
import org.scijava.module.ModuleItem;
import sc.fiji.latentdiffusion.hosts.windows.ResultWindows;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.tables.TableWindow;

/**
 * The results of a command's run, and how they are shown.
 *
 * @param made by the run
 * @param source the name of the input image in titles; empty for none
 * @param preview the corner of the preview's window; null for none
 * @param ended the last message of the status bar; may be empty
 */
record RunResults(Results made, String source, Point preview, String ended) {

  /** Returns nothing but last words: before a run, and of a run that failed or was cancelled. */
  static RunResults none(String ended) {
    return new RunResults(Results.NONE, "", null, ended);
  }

  /** Gives each image to the output of its role, and the tables to outputs in their order. */
  void putInto(CommandModule outputs) {
    made.images().forEach((role, image) -> put(outputs, role, image));
    Iterator<ResultsTable> tables = made.tables().values().iterator();
    for (ModuleItem<?> output : outputs.getInfo().outputs()) {
      if (output.getType() != ResultsTable.class) continue;
      put(outputs, output.getName(), tables.hasNext() ? tables.next() : null);
    }
  }

  private static void put(CommandModule outputs, String name, Object value) {
    if (outputs.getInfo().getOutput(name) != null) {
      outputs.setOutput(name, value);
    }
  }

  /** Returns the images, the command's own first. */
  List<ImagePlus> images() {
    return made.all();
  }

  /**
   * Opens the images, if they can be, the first one last, which makes it the active image; then the
   * tables, of which the first one without a screen becomes ImageJ's table of results. Windows
   * stand beside one another.
   *
   * @param named whether titles name the input image
   */
  void show(boolean named) {
    boolean opens = ResultWindows.canOpen();
    if (opens) {
      ResultWindows.open(made, named ? source : "");
    }
    TableWindow.show(made.tables());
    ResultWindows.arrange(made, preview);
    if (!ended.isEmpty() && opens) IJ.showStatus(ended); // an image that opens clears it
  }
}
