/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.nio.ByteBuffer;

/**
 * In which order the elements of a tensor lie: the element of index {@code (i, j, …)} is the {@code
 * i · stride[0] + j · stride[1] + …}-th from the first. Weights in channels_last, transposed views
 * and slices are stored so.
 *
 * @param shape of the tensor, without zeros
 * @param stride of each dimension in elements, not negative
 * @param elementBytes of one element
 */
record Strides(long[] shape, long[] stride, int elementBytes) {

  /** The most bytes that are read for a tensor. */
  private static final long MOST_BYTES = 1 << 30;

  /** Whether the elements lie one after the other, the last dimension fastest. */
  boolean isContiguous() {
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && stride[i] != expected) return false;
      expected *= shape[i];
    }
    return true;
  }

  /**
   * Returns how many bytes lie between the begin of the first element and the end of the last.
   *
   * @throws ArithmeticException if they can't be counted
   */
  long span() {
    long last = 0;
    for (int i = 0; i < shape.length; i++) {
      last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, stride[i]));
    }
    return Math.multiplyExact(Math.addExact(last, 1), elementBytes);
  }

  /** Whether so many bytes can be in memory for it. */
  boolean isReadable() {
    return span() <= MOST_BYTES;
  }

  /**
   * Copies elements in the order of their indices, the last dimension fastest.
   *
   * @param bytes of the whole {@link #span}, from its position on
   * @param from how many bytes of the result lie before those that are copied
   * @param into is filled from its position to its limit
   */
  void copy(ByteBuffer bytes, long from, ByteBuffer into) {
    int dimensions = shape.length;
    long[] index = new long[dimensions];
    long at = 0;
    long left = from / elementBytes;
    for (int i = dimensions - 1; i >= 0; i--) {
      index[i] = left % shape[i];
      left /= shape[i];
      at += index[i] * stride[i];
    }
    int skipped = (int) (from % elementBytes);
    while (into.hasRemaining()) {
      int place = (int) at * elementBytes + bytes.position();
      int count = Math.min(elementBytes - skipped, into.remaining());
      for (int k = 0; k < count; k++) into.put(bytes.get(place + skipped + k));
      skipped = 0;
      for (int i = dimensions - 1; i >= 0; i--) {
        at += stride[i];
        if (++index[i] < shape[i]) break;
        at -= stride[i] * shape[i];
        index[i] = 0;
      }
    }
  }
}
