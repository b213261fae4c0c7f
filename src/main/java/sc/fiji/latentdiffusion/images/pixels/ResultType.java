/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import java.util.Arrays;
import java.util.List;

/** The type of pixels that results have. */
public enum ResultType {

  /** RGB, or the type of the image that is worked on: values are rounded and clamped. */
  AUTO("auto"),

  /** 32-bit, with a channel for each colour: values are neither rounded nor clamped. */
  FLOAT("32-bit");

  /** The choices, as macros say them. */
  public static final List<String> NAMES =
      Arrays.stream(values()).map(ResultType::toString).toList();

  private final String name;

  ResultType(String name) {
    this.name = name;
  }

  /**
   * Returns the type of a name.
   *
   * @throws IllegalArgumentException if there is none; the message names the key
   */
  public static ResultType of(String name) {
    return Arrays.stream(values())
        .filter(type -> type.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "type must be one of " + NAMES + ", but is " + name + "."));
  }

  /** Returns the name in macros. */
  @Override
  public String toString() {
    return name;
  }
}
