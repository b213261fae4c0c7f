package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.util.List;
import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.images.TableWindow;

/** A command that opens a table, beside images or by itself. */
abstract class TableCommand extends DiffusionCommand {

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  /** The title of the table's window. */
  abstract String title();

  /** Keeps the table as the command's output. */
  final void keep(ResultsTable made) {
    table = made;
  }

  @Override
  final String device() {
    return "";
  }

  @Override
  boolean isWhole(List<ImagePlus> made) {
    return !made.isEmpty();
  }

  /** Opens the images and the table; without a screen it becomes ImageJ's table of results. */
  @Override
  public final void show() {
    super.show();
    TableWindow.show(table, title());
  }
}
