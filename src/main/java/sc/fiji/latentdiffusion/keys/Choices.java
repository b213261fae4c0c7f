package sc.fiji.latentdiffusion.keys;

import java.util.List;
import org.scijava.module.ModuleItem;
import sc.fiji.latentdiffusion.plugins.Schedulers;

/** Inputs that are chosen from a list: what there is, and how a dialog calls it. */
public final class Choices {

  private Choices() {}

  /** The values that macros say, in the dialog's order; none if the input is no choice. */
  public static List<String> of(ModuleItem<?> item) {
    if (item.getType() == SchedulerChoice.class) {
      return Schedulers.names();
    }
    if (item.getType() == SchedulersChoice.class) {
      return SchedulersChoice.choices().stream().map(SchedulersChoice::name).toList();
    }
    List<?> choices = item.getChoices();
    return choices == null ? List.of() : choices.stream().map(String::valueOf).toList();
  }

  /** What stands in the dialog for one of the values. */
  public static String label(ModuleItem<?> item, String value) {
    boolean scheduler =
        item.getType() == SchedulerChoice.class
            || item.getType() == SchedulersChoice.class && !value.equals(SchedulersChoice.ALL);
    return scheduler ? Schedulers.label(value) : value;
  }
}
