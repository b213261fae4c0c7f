/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

/**
 * How a model takes the scale of guidance, g. With c, the prediction with the prompt, and u, that
 * without it, both halves are joined to {@code u + s (c − u)}; this says what s is.
 */
public enum GuidanceForm {
  /** s is g: off where g is 1 or less. */
  JOINED("u + g (c − u)"),
  /** s is 1 + g: off where g is 0. */
  ADDED("c + g (c − u)"),
  /** The network takes g as an input, and was trained to need no second half. */
  INPUT("the network takes g as an input"),
  /** The network was trained to need no second half, and takes no g. */
  UNUSED("g is not used");

  private final String formula;

  GuidanceForm(String formula) {
    this.formula = formula;
  }

  /** Returns the formula, or what takes its place. */
  public String formula() {
    return formula;
  }

  /** Returns whether one half is enough. */
  public boolean isOneHalf() {
    return this == INPUT || this == UNUSED;
  }
}
