/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.UnaryOperator;
import sc.fiji.latentdiffusion.views.Ramp;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * Runs a network over a large array tile by tile, in the memory of a tile. Tiles overlap, and fade
 * into one another linearly. Group norms and attention see a tile only, so the result is close to
 * the whole's and not the same.
 *
 * @param size of a tile in elements of the input
 * @param overlap of neighbours, below size
 * @param factor how many elements of the result one of the input becomes: 8 or 1/8
 */
record Tiles(int size, int overlap, double factor) {

  /**
   * Runs.
   *
   * @param input {@code [1, c, h, w]}
   * @param network from a tile to its result, {@code [1, d, factor · h, factor · w]}, which belongs
   *     to the tile's manager
   * @param owner owns the result
   * @return {@code [1, d, factor · h, factor · w]}
   */
  NDArray run(NDArray input, UnaryOperator<NDArray> network, NDManager owner) {
    int[] rows = starts(Math.toIntExact(input.getShape().get(2)));
    int[] columns = starts(Math.toIntExact(input.getShape().get(3)));
    Canvas canvas = new Canvas(scaled(input.getShape().get(2)), scaled(input.getShape().get(3)));
    for (int top : rows) {
      for (int left : columns) {
        try (NDManager local = owner.newSubManager()) {
          NDArray tile =
              input.get(
                  new NDIndex(
                      ":, :, {}:{}, {}:{}", top, end(top, input, 2), left, end(left, input, 3)));
          tile.attach(local);
          canvas.add(network.apply(tile), scaled(top), scaled(left));
        }
      }
    }
    return canvas.toArray(owner);
  }

  private long end(int start, NDArray input, int axis) {
    return Math.min(start + size, input.getShape().get(axis));
  }

  private int scaled(long count) {
    return Math.toIntExact(Math.round(count * factor));
  }

  /** Where tiles begin; the last ends with the input. */
  int[] starts(int length) {
    return Tiling.starts(length, size, size - overlap);
  }

  /** The weighted sum of tiles, in memory that the result shares on a CPU. */
  private final class Canvas {

    private final int height;
    private final int width;
    private final Ramp ramp = new Ramp(scaled(overlap));
    private final float[] weights;
    private ByteBuffer memory;
    private FloatBuffer sum;

    Canvas(int height, int width) {
      this.height = height;
      this.width = width;
      weights = new float[height * width];
    }

    void add(NDArray tile, int top, int left) {
      int channels = Math.toIntExact(tile.getShape().get(1));
      int rows = Math.toIntExact(tile.getShape().get(2));
      int columns = Math.toIntExact(tile.getShape().get(3));
      if (sum == null) allocate(channels);
      float[] values = tile.toFloatArray();
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          float weight = ramp.linear(y, rows, top, height) * ramp.linear(x, columns, left, width);
          int at = (top + y) * width + left + x;
          weights[at] += weight;
          for (int c = 0; c < channels; c++) {
            int i = c * height * width + at;
            sum.put(i, sum.get(i) + weight * values[(c * rows + y) * columns + x]);
          }
        }
      }
    }

    private void allocate(int channels) {
      int bytes = Math.multiplyExact(Math.multiplyExact(channels * Float.BYTES, height), width);
      memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
      sum = memory.asFloatBuffer();
    }

    NDArray toArray(NDManager owner) {
      int channels = sum.capacity() / weights.length;
      for (int i = 0; i < sum.capacity(); i++) sum.put(i, sum.get(i) / weights[i % weights.length]);
      Shape shape = new Shape(1, channels, height, width);
      return owner.create(memory, shape, DataType.FLOAT32);
    }
  }
}
