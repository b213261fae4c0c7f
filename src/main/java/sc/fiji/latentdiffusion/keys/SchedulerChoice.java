package sc.fiji.latentdiffusion.keys;

/**
 * A scheduler's short name as a parameter: chosen from those that there are, recorded as the name.
 *
 * @param name as macros say it; whether there is such a one is checked when the command runs
 */
public record SchedulerChoice(String name) {

  /** The name, which is what recorders write. */
  @Override
  public String toString() {
    return name;
  }
}
