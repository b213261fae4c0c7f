package sc.fiji.latentdiffusion.schedulers;

/**
 * Thrown by a solver that cannot do something that a model asks for. The message is a predicate,
 * such as "cannot do clip_sample=true, …"; {@link Scheduler} puts its name before it.
 */
public final class Refusal extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param predicate the limit of the solver, and a way out
   */
  public Refusal(String predicate) {
    super(predicate);
  }
}
