package sc.fiji.latentdiffusion.schedulers;

/**
 * Says that a solver cannot do something that a model asks for. The message is a predicate, such as
 * "cannot do clip_sample=true, …"; {@link Scheduler} puts its name before it.
 */
public final class Refusal extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param predicate what the solver cannot do, and what to do about it
   */
  public Refusal(String predicate) {
    super(predicate);
  }
}
