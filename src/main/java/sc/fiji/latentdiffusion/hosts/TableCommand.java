package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.util.List;
import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.images.tables.TableWindow;

/** A command that opens a table, beside images or by itself. */
public abstract class TableCommand extends DiffusionCommand {

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  /** The title of the table's window. */
  protected abstract String title();

  /** Keeps the table as the command's output. */
  protected final void keep(ResultsTable made) {
    table = made;
  }

  @Override
  protected final String device() {
    return "";
  }

  @Override
  protected boolean isWhole(List<ImagePlus> made) {
    return !made.isEmpty();
  }

  /** Opens the images and the table; without a screen it becomes ImageJ's table of results. */
  @Override
  public final void show() {
    super.show();
    TableWindow.show(table, title());
  }
}
