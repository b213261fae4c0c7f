package sc.fiji.latentdiffusion.engine;

import ai.djl.engine.EngineException;

/** Says what to do where PyTorch finds no memory for a tensor. */
public final class OutOfMemory {

  private static final String ON_GPU = "CUDA out of memory";
  private static final String ON_CPU = "DefaultCPUAllocator";

  private OutOfMemory() {}

  /**
   * Explains a failure.
   *
   * @param failure of PyTorch, of any kind
   * @return the failure itself, or, if memory was lacking, what says so and what to do
   */
  public static RuntimeException explained(EngineException failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains(ON_GPU)) {
      return new IllegalStateException(
          "The graphics card has too little free memory for this. Choose a smaller width and"
              + " height, close other programs that use the card, or choose device=cpu.",
          failure);
    }
    if (message.contains(ON_CPU)) {
      return new IllegalStateException(
          "The machine has too little free memory for this. Choose a smaller width and height, or"
              + " close other programs and images.",
          failure);
    }
    return failure;
  }
}
