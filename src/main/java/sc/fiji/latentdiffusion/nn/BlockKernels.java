package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.DType;

/**
 * Quantised weights: blocks of bytes to numbers; the text is {@code blocks}. Each number is
 * computed and rounded in float32 as llama.cpp's reference does, to the bit.
 */
final class BlockKernels {

  /** How many numbers are expanded at once on a CPU: few enough for its caches. */
  private static final int NUMBERS_ON_CPU = 1 << 17;

  private static final int NUMBERS_ON_GPU = 1 << 24;

  private final KernelFunctions functions;

  BlockKernels(Kernels kernels) {
    functions = kernels.functions(BlockKernels.class, "blocks");
  }

  /**
   * Expands blocks.
   *
   * @param owner of the view that is returned
   * @param x {@code [bytes]}, uint8, whole blocks
   * @param type of the blocks
   * @param memory of as many elements as the blocks have, in any precision, row by row
   * @return the memory, with the numbers, rounded to its precision
   */
  NDArray expandInto(NDManager owner, NDArray x, DType type, NDArray memory) {
    int numbers = type.blockElements();
    boolean isOnGpu = x.getDevice().isGpu();
    int atOnce = (isOnGpu ? NUMBERS_ON_GPU : NUMBERS_ON_CPU) / numbers;
    int size = type.blockBytes();
    return functions.call(owner, "expand_into", x, memory, size, numbers, atOnce);
  }

  /**
   * Takes memory where a tensor is.
   *
   * @param owner of the result
   * @param x that tensor
   * @param size how many elements
   * @param precision of the elements
   * @return {@code [size]}, its numbers undefined
   */
  NDArray emptyBeside(NDManager owner, NDArray x, long size, Precision precision) {
    return functions.call(owner, "empty_beside", x, size, precision);
  }
}
