/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.named;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.plugins.Plugins;
import sc.fiji.latentdiffusion.plugins.Spelling;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;

/**
 * The places where the steps of a run may lie, for any scheduler: those of the model's config, of
 * another {@code timestep_spacing}, and of each of the {@link Sigmas}. Needs no SciJava context.
 */
public final class Spacings {

  /** The scheduler's own: the config's, or Karras's for those named so. */
  public static final String MODEL = ConfigSigmas.NAME;

  private static final List<String> TIMESTEPS = List.of("leading", "linspace", "trailing");

  private static final List<Plugins.Entry<Sigmas>> SIGMAS =
      Plugins.of(Sigmas.class).stream()
          .filter(rule -> !rule.instance().followConfig())
          .sorted(
              Comparator.comparingDouble(
                  (Plugins.Entry<Sigmas> rule) -> -rule.annotation().priority()))
          .toList();

  private static final List<String> NAMES =
      Stream.of(
              Stream.of(MODEL),
              TIMESTEPS.stream(),
              SIGMAS.stream().map(rule -> rule.annotation().name()))
          .flatMap(names -> names)
          .toList();

  private Spacings() {}

  /**
   * All names, as macros say them.
   *
   * @return names, the scheduler's own first
   */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The name of a spacing.
   *
   * @param text a name in any case
   * @return the name
   * @throws IllegalArgumentException if there is none; the message lists the known, nearest first
   */
  public static String name(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    if (NAMES.contains(wanted)) return wanted;
    throw new IllegalArgumentException(
        "Unknown spacing '"
            + text
            + "'; expected one of "
            + String.join(", ", Spelling.nearestFirst(wanted, NAMES))
            + ".");
  }

  /**
   * The table of one run, as {@link Scheduler#plan}.
   *
   * @param scheduler its name or label
   * @param spacing a name
   * @throws IllegalArgumentException also if the scheduler does not go with the spacing; the
   *     message says which does
   */
  public static Plan plan(
      NoiseSchedule noise, String scheduler, String spacing, int steps, double strength) {
    Scheduler found = Schedulers.get(scheduler);
    String name = name(spacing);
    if (name.equals(MODEL)) return found.plan(noise, steps, strength);
    require(found, name);
    return TIMESTEPS.contains(name)
        ? found.plan(noise.withSpacing(name), steps, strength)
        : new Scheduler(found.solver(), sigmas(name)).plan(noise, steps, strength);
  }

  /**
   * Returns whether a scheduler goes with a spacing.
   *
   * @param scheduler its name or label
   * @param spacing a name
   */
  public static boolean takes(String scheduler, String spacing) {
    return takes(Schedulers.get(scheduler), name(spacing));
  }

  private static void require(Scheduler scheduler, String spacing) {
    if (takes(scheduler, spacing)) return;
    String taken =
        NAMES.stream().filter(name -> takes(scheduler, name)).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        String.format(
            "Scheduler '%s' can't take spacing=%s; it takes %s.",
            scheduler.name(), spacing, taken));
  }

  /** Whether a scheduler goes with a spacing; one named after its sigmas goes with no others. */
  private static boolean takes(Scheduler scheduler, String spacing) {
    if (spacing.equals(MODEL)) return true;
    if (!scheduler.sigmas().followConfig()) {
      return scheduler.sigmas().getClass().isInstance(sigmas(spacing));
    }
    Solver solver = scheduler.solver();
    return TIMESTEPS.contains(spacing)
        ? solver.placement().takesTimesteps()
        : solver.isPlacedBy(sigmas(spacing));
  }

  private static Sigmas sigmas(String name) {
    return SIGMAS.stream()
        .filter(rule -> rule.annotation().name().equals(name))
        .map(Plugins.Entry::instance)
        .findFirst()
        .orElse(null);
  }
}
