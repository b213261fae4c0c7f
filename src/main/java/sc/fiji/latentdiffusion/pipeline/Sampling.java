package sc.fiji.latentdiffusion.pipeline;

import java.security.SecureRandom;
import sc.fiji.latentdiffusion.plugins.Schedulers;

/**
 * How noise is drawn and removed.
 *
 * @param steps of the scheduler, at least 1
 * @param strength the part of a picture that noise replaces, 0 (none of it) … 1 (all of it)
 * @param scheduler short name, for example {@code dpmpp_2m_k}
 * @param seed of the noise, 0 … 2^32−1, or −1 to draw one
 */
public record Sampling(int steps, double strength, String scheduler, long seed) {

  /** The defaults of every command. */
  public static final Sampling DEFAULT = new Sampling(20, 0.5, "dpmpp_2m_k", -1);

  /** The largest seed, 2^32−1. */
  public static final long MAX_SEED = 0xFFFFFFFFL;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Sampling {
    Request.check(steps >= 1, "steps", "a whole number of at least 1", steps);
    Request.check(strength >= 0 && strength <= 1, "strength", "between 0 and 1", strength);
    Request.check(seed >= -1 && seed <= MAX_SEED, "seed", "−1 (draw one) or 0…4294967295", seed);
    scheduler = Schedulers.name(scheduler);
  }

  /** Returns a random seed, 0 … 2^32−1. */
  public static long drawnSeed() {
    return new SecureRandom().nextLong() & MAX_SEED;
  }

  /** Returns a copy with another number of steps. */
  public Sampling withSteps(int value) {
    return new Sampling(value, strength, scheduler, seed);
  }

  /** Returns a copy with another strength. */
  public Sampling withStrength(double value) {
    return new Sampling(steps, value, scheduler, seed);
  }

  /** Returns a copy with another scheduler. */
  public Sampling withScheduler(String value) {
    return new Sampling(steps, strength, value, seed);
  }

  /** Returns a copy with another seed. */
  public Sampling withSeed(long value) {
    return new Sampling(steps, strength, scheduler, value);
  }
}
