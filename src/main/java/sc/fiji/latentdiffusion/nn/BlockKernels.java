/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.Blocks;
import sc.fiji.latentdiffusion.io.DType;

/**
 * Quantised weights: blocks of bytes to numbers. Each number is computed and rounded in float32 as
 * llama.cpp's reference does, to the bit. On a CPU Java does it, which is faster there than the
 * text {@code blocks}, which a GPU runs.
 */
final class BlockKernels {

  /** How many numbers are expanded at once: few enough for a CPU's caches. */
  private static final int NUMBERS_ON_CPU = 1 << 14;

  private static final int NUMBERS_ON_GPU = 1 << 24;

  private final KernelFunctions functions;

  BlockKernels(Kernels kernels) {
    functions = kernels.functions(BlockKernels.class, "blocks");
  }

  /**
   * Expands blocks.
   *
   * @param x {@code [bytes]}, uint8, whole blocks
   * @param type of the blocks
   * @param memory of as many elements as the blocks have, row by row; gets the numbers
   * @param precision of the memory, which the numbers are rounded to
   */
  void expandInto(NDArray x, DType type, NDArray memory, Precision precision) {
    boolean isShort = memory.size() * precision.dtype().bytes() <= Integer.MAX_VALUE;
    if (x.getDevice().isGpu() || precision == Precision.FLOAT16 || !isShort) {
      expandByKernel(x, type, memory).close();
    } else {
      expandOnCpu(x, type, memory, precision);
    }
  }

  /** As {@link #expandInto}, by the text, in the memory's own precision; gives a view of it. */
  NDArray expandByKernel(NDArray x, DType type, NDArray memory) {
    int numbers = type.blockElements();
    int atOnce = NUMBERS_ON_GPU / numbers;
    int size = type.blockBytes();
    return functions.call(x.getManager(), "expand_into", x, memory, size, numbers, atOnce);
  }

  private static void expandOnCpu(NDArray x, DType type, NDArray memory, Precision precision) {
    ByteBuffer bytes = ((PtNDArray) x).toByteBuffer(true);
    ByteBuffer numbers = ((PtNDArray) memory).toByteBuffer(true);
    int blocks = bytes.remaining() / type.blockBytes();
    int atOnce = NUMBERS_ON_CPU / type.blockElements();
    IntStream.range(0, (blocks + atOnce - 1) / atOnce)
        .parallel()
        .forEach(
            i -> {
              int count = Math.min(atOnce, blocks - i * atOnce);
              byte[] some = new byte[count * type.blockBytes()];
              bytes.get(bytes.position() + i * atOnce * type.blockBytes(), some);
              float[] expanded = new float[count * type.blockElements()];
              Blocks.expand(type, some, count, expanded);
              put(expanded, numbers, i * atOnce * type.blockElements(), precision);
            });
  }

  private static void put(float[] from, ByteBuffer to, int at, Precision precision) {
    if (precision == Precision.FLOAT32) {
      FloatBuffer floats = to.asFloatBuffer();
      floats.put(at, from);
      return;
    }
    short[] rounded = new short[from.length];
    for (int i = 0; i < from.length; i++) rounded[i] = bfloat16(from[i]);
    ShortBuffer shorts = to.asShortBuffer();
    shorts.put(at, rounded);
  }

  /** The upper half of a float32, rounded to the nearest, of two equally near to the even one. */
  private static short bfloat16(float number) {
    int bits = Float.floatToRawIntBits(number);
    if (Float.isNaN(number)) return 0x7FC0;
    return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
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
