/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.util.Map;

/** What a published model's files say of its sizes; weights are left out. */
interface Sizes {

  /** Returns the sizes that a benchmark names: {@code sd15} or {@code ddpm}. */
  static Sizes named(String name) {
    return switch (name) {
      case "sd15" -> new StableDiffusion15();
      case "ddpm" -> new Ddpm();
      default -> throw new IllegalArgumentException("kind must be sd15 or ddpm, but is " + name);
    };
  }

  /** Returns the dimensions of each tensor, by the file of weights in the model's folder. */
  Map<String, Map<String, long[]>> networks();

  /** Returns the contents of the JSON files, by their paths in the model's folder. */
  Map<String, Object> configs();
}
