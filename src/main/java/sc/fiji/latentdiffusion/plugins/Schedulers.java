package sc.fiji.latentdiffusion.plugins;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * The schedulers there are: every class of type {@link Scheduler} in the index that SciJava's
 * annotation processor wrote, on the class path of this class. Needs no SciJava context.
 */
public final class Schedulers {

  private static final List<Entry> ALL = load();

  private Schedulers() {}

  private record Entry(
      String name, String label, String description, double priority, Scheduler scheduler) {}

  /**
   * A scheduler.
   *
   * @param name its name or label
   * @return the scheduler
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static Scheduler get(String name) {
    return entry(name).scheduler;
  }

  /**
   * All names, as macros say them.
   *
   * @return names, in the order in which dialogs show them
   */
  public static List<String> names() {
    return ALL.stream().map(Entry::name).toList();
  }

  /**
   * All labels, as dialogs show them.
   *
   * @return labels, in the order of {@link #names()}
   */
  public static List<String> labels() {
    return ALL.stream().map(Entry::label).toList();
  }

  /**
   * The label of a scheduler.
   *
   * @param name its name or label
   * @return its label
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static String label(String name) {
    return entry(name).label;
  }

  /**
   * What a scheduler is, in one line with its paper.
   *
   * @param name its name or label
   * @return its description
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static String description(String name) {
    return entry(name).description;
  }

  /**
   * The name of a scheduler.
   *
   * @param labelOrName its name or label, in any case
   * @return its name
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static String name(String labelOrName) {
    return entry(labelOrName).name;
  }

  private static Entry entry(String text) {
    String wanted = text.strip();
    for (Entry e : ALL)
      if (e.name.equalsIgnoreCase(wanted) || e.label.equalsIgnoreCase(wanted)) return e;
    throw new IllegalArgumentException(
        "Unknown scheduler '" + text + "'; expected one of " + nearestFirst(wanted) + ".");
  }

  private static String nearestFirst(String wanted) {
    return String.join(", ", Spelling.nearestFirst(wanted.toLowerCase(Locale.ROOT), names()));
  }

  private static List<Entry> load() {
    List<Entry> entries = new ArrayList<>();
    for (Plugins.Entry<Scheduler> found : Plugins.of(Scheduler.class)) {
      Plugin p = found.annotation();
      entries.add(new Entry(p.name(), p.label(), p.description(), p.priority(), found.instance()));
    }
    entries.sort(Comparator.comparingDouble(Entry::priority).reversed().thenComparing(Entry::name));
    return List.copyOf(entries);
  }
}
