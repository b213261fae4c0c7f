/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import ai.djl.engine.EngineException;
import java.util.Locale;

/** Explains to the user that the memory of the graphics card, the machine or Java is full. */
public final class OutOfMemory {

  private OutOfMemory() {}

  /**
   * Explains a failure of PyTorch.
   *
   * @param failure of any kind
   * @return the failure itself, or, if memory was lacking, an {@link IllegalArgumentException} that
   *     says so and what to do
   */
  public static RuntimeException explained(EngineException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("cuda") && message.contains("out of memory")) {
      return new IllegalArgumentException(
          "The graphics card has too little free memory for this. Choose a smaller width and"
              + " height, close other programs that use the card, or choose device=cpu.",
          failure);
    }
    boolean isFull =
        message.contains("defaultcpuallocator")
            || message.contains("out of memory")
            || message.contains("not enough memory")
            || message.contains("can't allocate memory");
    return isFull
        ? new IllegalArgumentException(
            "The machine has too little free memory for this. Choose a smaller width and height,"
                + " select a smaller rectangle, or close other programs and images.",
            failure)
        : failure;
  }

  /**
   * Explains that Java's memory is full.
   *
   * @return an exception that says so and what to do
   */
  public static IllegalArgumentException explained(OutOfMemoryError error) {
    return new IllegalArgumentException(
        "ImageJ has too little memory for this ("
            + error.getMessage()
            + "). Choose a smaller size, select a smaller rectangle, close images, or give ImageJ"
            + " more memory (Edit ▸ Options ▸ Memory & Threads…).",
        error);
  }
}
