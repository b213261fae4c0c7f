/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.caching;

import sc.fiji.latentdiffusion.settings.KeyCheck;

/**
 * How often the whole network is computed (Ma et al. 2024, DeepCache, arXiv:2312.00858).
 *
 * @param every n: of n evaluations one is whole, 1 (all) … {@link #MAX}
 * @param from where this begins, as a part of the steps, 0…1; before it all are whole
 * @param to where it ends, from…1
 */
public record CacheOptions(int every, double from, double to) {

  /** All evaluations are whole: the defaults of every command. */
  public static final CacheOptions OFF = new CacheOptions(1, 0, 1);

  /** The most evaluations of which one is whole. */
  public static final int MAX = 20;

  /** The fewest steps of a run; in fewer ones too much changes from one to the next. */
  public static final int FEWEST_STEPS = 8;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public CacheOptions {
    KeyCheck.require(every >= 1 && every <= MAX, "cache", "1 (off) … " + MAX, every);
    KeyCheck.require(from >= 0 && from <= 1, "cachefrom", "between 0 and 1", KeyCheck.text(from));
    String end = "between cachefrom (" + KeyCheck.text(from) + ") and 1";
    KeyCheck.require(to >= from && to <= 1, "cacheto", end, KeyCheck.text(to));
  }

  /** Returns whether an evaluation may not be whole. */
  public boolean isOn() {
    return every > 1;
  }

  /**
   * Checks that a run can have a cache, if there is to be one.
   *
   * @param keeps whether the model keeps inner states
   * @param repeats whether the scheduler goes back to more noise, where they would not fit
   * @param steps that run
   * @throws IllegalArgumentException if it keeps none, the scheduler goes back, or the steps are
   *     too few
   */
  public void require(boolean keeps, boolean repeats, int steps) {
    String none = "1 (off), as models of this kind keep no inner states";
    String few =
        "1 (off), as " + steps + " steps run and it takes at least " + FEWEST_STEPS + " of them";
    String back = "1 (off), as the scheduler goes back to more noise";
    KeyCheck.require(!isOn() || keeps, "cache", none, every);
    KeyCheck.require(!isOn() || !repeats, "cache", back, every);
    KeyCheck.require(!isOn() || steps >= FEWEST_STEPS, "cache", few, every);
  }

  /** Returns the part of the evaluations that are whole, about. */
  public double wholeShare() {
    return 1 - (to - from) * (every - 1) / every;
  }
}
