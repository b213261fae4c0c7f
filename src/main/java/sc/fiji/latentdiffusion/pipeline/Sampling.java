/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.random.Variation;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;
import sc.fiji.latentdiffusion.settings.KeyCheck;

/**
 * How noise is drawn and removed.
 *
 * @param steps of the scheduler, at least 1
 * @param strength the part of a picture that noise replaces, 0 (none of it) … 1 (all of it)
 * @param scheduler short name, for example {@code dpmpp_2m_k}
 * @param seed of the noise, 0 … the generator's largest, or −1 to draw one
 * @param variation a second seed for the first noise
 * @param spacing where the steps lie, for example {@code model}
 * @param cache how often the whole network is computed
 * @param rng draws all noise
 * @param batch the number of answers that a run evaluates at once, 1 … 64; each has a seed of its
 *     own, see {@link #answer}
 */
public record Sampling(
    int steps,
    double strength,
    String scheduler,
    long seed,
    Variation variation,
    String spacing,
    CacheOptions cache,
    Rng rng,
    int batch) {

  /** The defaults of every command. */
  public static final Sampling DEFAULT = new Sampling(20, 0.5, "dpmpp_2m_k", -1);

  /** The largest seed that is drawn, 2^32−1. */
  public static final long MAX_SEED = Rng.TORCH.largestSeed();

  /** The most answers that are evaluated at once. */
  public static final int MAX_BATCH = 64;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Sampling {
    KeyCheck.require(steps >= 1, "steps", "a whole number of at least 1", steps);
    KeyCheck.require(strength >= 0 && strength <= 1, "strength", "between 0 and 1", strength);
    requireSeed("seed", seed, rng);
    requireSeed("seed2", variation.seed(), rng);
    KeyCheck.require(
        batch >= 1 && batch <= MAX_BATCH, "batch", "between 1 and " + MAX_BATCH, batch);
    scheduler = Schedulers.name(scheduler);
    spacing = Spacings.name(spacing);
  }

  private static void requireSeed(String key, long seed, Rng rng) {
    long largest = rng.largestSeed();
    KeyCheck.require(seed >= -1 && seed <= largest, key, "−1 (draw one) or 0…" + largest, seed);
  }

  /** One answer, of one seed, with steps where the scheduler places them. */
  public Sampling(int steps, double strength, String scheduler, long seed) {
    this(
        steps,
        strength,
        scheduler,
        seed,
        Variation.NONE,
        Spacings.MODEL,
        CacheOptions.OFF,
        Rng.TORCH,
        1);
  }

  /** Returns a copy with another number of steps. */
  public Sampling withSteps(int value) {
    return new Sampling(value, strength, scheduler, seed, variation, spacing, cache, rng, batch);
  }

  /** Returns a copy with another strength. */
  public Sampling withStrength(double value) {
    return new Sampling(steps, value, scheduler, seed, variation, spacing, cache, rng, batch);
  }

  /** Returns a copy with another scheduler. */
  public Sampling withScheduler(String value) {
    return new Sampling(steps, strength, value, seed, variation, spacing, cache, rng, batch);
  }

  /** Returns a copy with another seed. */
  public Sampling withSeed(long value) {
    return new Sampling(steps, strength, scheduler, value, variation, spacing, cache, rng, batch);
  }

  /** Returns a copy with another second seed. */
  public Sampling withVariation(Variation value) {
    return new Sampling(steps, strength, scheduler, seed, value, spacing, cache, rng, batch);
  }

  /** Returns a copy with steps that lie elsewhere. */
  public Sampling withSpacing(String value) {
    return new Sampling(steps, strength, scheduler, seed, variation, value, cache, rng, batch);
  }

  /** Returns a copy with another step cache. */
  public Sampling withCache(CacheOptions value) {
    return new Sampling(steps, strength, scheduler, seed, variation, spacing, value, rng, batch);
  }

  /** Returns a copy whose noise another generator draws, which must take the seeds. */
  public Sampling withRng(Rng value) {
    return new Sampling(steps, strength, scheduler, seed, variation, spacing, cache, value, batch);
  }

  /** Returns a copy with another number of answers at once. */
  public Sampling withBatch(int value) {
    return new Sampling(steps, strength, scheduler, seed, variation, spacing, cache, rng, value);
  }

  /** Returns a copy with random seeds in place of those that are to be drawn. */
  Sampling drawn() {
    Sampling first = seed >= 0 ? this : withSeed(Rng.drawnSeed());
    return first.withVariation(variation.drawn());
  }

  /**
   * Returns how an answer is sampled alone: with the seed that lies so many behind the first, or
   * with the first seed and such a second one if there is a variation. After the largest seed comes
   * 0. The seeds must be known.
   *
   * @param index of the answer, from 0
   */
  public Sampling answer(int index) {
    Sampling alone = withBatch(1);
    return variation.isOn()
        ? alone.withVariation(variation.later(index, rng))
        : alone.withSeed(rng.later(seed, index));
  }

  /** Returns the noise of all answers of a run, from its beginning. */
  NoiseBatch noise() {
    return NoiseBatch.of(rng, IntStream.range(0, batch).mapToLong(i -> answer(i).seed()).toArray());
  }
}
