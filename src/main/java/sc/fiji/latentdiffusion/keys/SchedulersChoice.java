package sc.fiji.latentdiffusion.keys;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sc.fiji.latentdiffusion.plugins.Schedulers;

/**
 * Several schedulers as a parameter, for commands that compare them: one name, {@value #ALL}, or
 * names with commas between them; recorded as it was said.
 *
 * @param name as macros say it; whether there are such is checked when the command runs
 */
public record SchedulersChoice(String name) {

  /** Means every scheduler that there is. */
  public static final String ALL = "all";

  /** What dialogs offer: all of them, and each. */
  public static List<SchedulersChoice> choices() {
    List<SchedulersChoice> choices = new ArrayList<>();
    choices.add(new SchedulersChoice(ALL));
    Schedulers.names().forEach(name -> choices.add(new SchedulersChoice(name)));
    return choices;
  }

  /**
   * The short names of the schedulers that are meant.
   *
   * @throws IllegalArgumentException if there is none of a name; the message lists the known
   */
  public List<String> names() {
    if (name.strip().equalsIgnoreCase(ALL)) {
      return Schedulers.names();
    }
    return Arrays.stream(name.split(",")).map(Schedulers::name).distinct().toList();
  }

  /** The name, which is what recorders write. */
  @Override
  public String toString() {
    return name;
  }
}
