/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.named;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.plugins.Plugins;
import sc.fiji.latentdiffusion.plugins.Spelling;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;

/**
 * The schedulers: every {@link Solver} with each of the {@link Sigmas} that it takes, as SciJava's
 * annotation processor wrote them into its index, on the class path of this class. Needs no SciJava
 * context.
 */
public final class Schedulers {

  private static final List<Scheduler> ALL = load();

  private Schedulers() {}

  /**
   * A scheduler.
   *
   * @param name its name or label
   * @return the scheduler
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static Scheduler get(String name) {
    return entry(name);
  }

  /**
   * All names, as macros say them.
   *
   * @return names, in the order in which dialogs show them
   */
  public static List<String> names() {
    return ALL.stream().map(Scheduler::name).toList();
  }

  /**
   * All labels, as dialogs show them.
   *
   * @return labels, in the order of {@link #names()}
   */
  public static List<String> labels() {
    return ALL.stream().map(Scheduler::label).toList();
  }

  /**
   * The label of a scheduler.
   *
   * @param name its name or label
   * @return its label
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static String label(String name) {
    return entry(name).label();
  }

  /**
   * The idea of a scheduler, in one line with its paper.
   *
   * @param name its name or label
   * @return its description
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static String description(String name) {
    return entry(name).description();
  }

  /**
   * The name of a scheduler.
   *
   * @param labelOrName its name or label, in any case
   * @return its name
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static String name(String labelOrName) {
    return entry(labelOrName).name();
  }

  private static Scheduler entry(String text) {
    String wanted = text.strip();
    for (Scheduler s : ALL)
      if (s.name().equalsIgnoreCase(wanted) || s.label().equalsIgnoreCase(wanted)) return s;
    throw new IllegalArgumentException(
        "Unknown scheduler '" + text + "'; expected one of " + nearestFirst(wanted) + ".");
  }

  private static String nearestFirst(String wanted) {
    return String.join(", ", Spelling.nearestFirst(wanted.toLowerCase(Locale.ROOT), names()));
  }

  private static List<Scheduler> load() {
    List<Plugins.Entry<Sigmas>> rules = Plugins.of(Sigmas.class);
    List<Scheduler> all = new ArrayList<>();
    for (Plugins.Entry<Solver> solver : Plugins.of(Solver.class))
      for (Plugins.Entry<Sigmas> sigmas : rules)
        if (sigmas.instance().suffix().isPresent() && solver.instance().takes(sigmas.instance()))
          all.add(new Scheduler(solver.instance(), sigmas.instance()));
    all.sort(
        Comparator.comparingDouble(Scheduler::priority).reversed().thenComparing(Scheduler::name));
    return List.copyOf(all);
  }
}
