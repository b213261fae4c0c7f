/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import java.util.Optional;

/** The loss of results that are rounded to 8 or 16 bit. */
public final class Rounding {

  private String type;
  private long clamped;

  /** Adds a picture that was replaced. */
  public void add(Picture replaced) {
    Optional<String> rounded = replaced.rounded();
    if (rounded.isEmpty()) return;
    type = rounded.get();
    clamped += replaced.clamped();
  }

  /** Returns the type to which values were rounded, 8-bit, 16-bit or RGB; empty for none. */
  public Optional<String> type() {
    return Optional.ofNullable(type);
  }

  /** Returns how many values the type does not hold, which were clamped. */
  public long clamped() {
    return clamped;
  }
}
