/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/**
 * A tensor in a file: its place, type and shape. Its bytes stay in the file until they are read; no
 * file is kept open. Immutable.
 */
public final class StoredTensor {

  /** The largest tensor that is read as a whole, in bytes; networks read theirs part by part. */
  private static final int MOST_BYTES = 1 << 26;

  private static final BigInteger MOST_ELEMENTS = BigInteger.ONE.shiftLeft(59);

  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final FileBytes bytes;
  private final long start;
  private final long byteCount;
  private final Optional<Strides> strides;
  private final boolean isSwapped;

  public StoredTensor(
      String name, DType dtype, long[] shape, FileBytes bytes, long start, long byteCount) {
    this(name, dtype, shape, bytes, start, byteCount, Optional.empty());
  }

  /**
   * A tensor whose elements may lie in another order than that of their indices.
   *
   * @param strides that order; empty for row by row
   */
  StoredTensor(
      String name,
      DType dtype,
      long[] shape,
      FileBytes bytes,
      long start,
      long byteCount,
      Optional<Strides> strides) {
    this(name, dtype, shape, bytes, start, byteCount, strides, false);
  }

  private StoredTensor(
      String name,
      DType dtype,
      long[] shape,
      FileBytes bytes,
      long start,
      long byteCount,
      Optional<Strides> strides,
      boolean isSwapped) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape.clone();
    this.bytes = bytes;
    this.start = start;
    this.byteCount = byteCount;
    this.strides = strides;
    this.isSwapped = isSwapped;
  }

  /**
   * Returns whether a tensor can have a shape: none of its sizes is negative, and their product,
   * without zeros, is a number of elements whose bytes can be counted. So no product of some of
   * them is too large for a long.
   */
  static boolean isPossible(long[] shape) {
    BigInteger count = BigInteger.ONE;
    for (long size : shape) {
      if (size < 0) return false;
      count = count.multiply(BigInteger.valueOf(Math.max(1, size)));
      if (count.compareTo(MOST_ELEMENTS) > 0) return false;
    }
    return true;
  }

  /** Returns the full name, for example {@code "mid_block.resnets.0.conv1.weight"}. */
  public String name() {
    return name;
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the dimensions, slowest first; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Returns the size in bytes: that of its elements, or of its blocks if it is quantised. */
  public long byteCount() {
    return byteCount;
  }

  /** Returns where in the file its first byte lies. */
  public long start() {
    return start;
  }

  /** Returns the file that holds the tensor. */
  public Path file() {
    return bytes.file();
  }

  /** Returns the number of elements: the product of the shape, 1 for a scalar. */
  public long elements() {
    return byteCount / dtype.blockBytes() * dtype.blockElements();
  }

  /**
   * Returns how many bytes it takes in memory. A quantised tensor stays as it is.
   *
   * @param elementBytes of an element there
   */
  public double bytesInMemory(int elementBytes) {
    return dtype.isQuantised() ? byteCount : (double) elementBytes * elements();
  }

  /**
   * Reads a small tensor; a large one is read in parts, by {@link #read}.
   *
   * @return a copy of its {@link #byteCount()} bytes, little endian, from position 0 to its limit
   * @throws IOException if the file cannot be read, has become shorter since its header was read,
   *     or the tensor has more than {@value #MOST_BYTES} bytes
   */
  public ByteBuffer bytes() throws IOException {
    if (byteCount <= MOST_BYTES) return whole();
    throw new IOException(
        file()
            + ", tensor \""
            + name
            + "\": expected at most "
            + MOST_BYTES
            + " bytes, found "
            + byteCount
            + "; copy or download the file again");
  }

  private ByteBuffer whole() throws IOException {
    if (strides.isEmpty() && !isSwapped) return bytes.bytes(start, (int) byteCount);
    ByteBuffer whole = ByteBuffer.allocate((int) byteCount).order(ByteOrder.LITTLE_ENDIAN);
    read(0, whole);
    return whole.flip();
  }

  private void requireWithin(long offset, int length) {
    if (offset < 0 || length < 0 || offset > byteCount - length) {
      throw new IndexOutOfBoundsException(
          name + " has " + byteCount + " bytes, asked were " + length + " from " + offset);
    }
  }

  /**
   * Copies a part of the tensor, which may be of any size.
   *
   * @param offset bytes from the tensor's begin
   * @param into is filled from its position to its limit
   * @throws IndexOutOfBoundsException if the part is not within the tensor
   * @throws IOException if the file cannot be read or has become shorter since its header was read
   */
  public void read(long offset, ByteBuffer into) throws IOException {
    requireWithin(offset, into.remaining());
    if (isSwapped) readSwapped(offset, into);
    else readAsStored(offset, into);
  }

  private void readAsStored(long offset, ByteBuffer into) throws IOException {
    if (strides.isEmpty()) bytes.read(start + offset, into);
    else strides.get().copy(bytes.bytes(start, (int) strides.get().span()), offset, into);
  }

  /** The second half comes first. */
  private void readSwapped(long offset, ByteBuffer into) throws IOException {
    long half = byteCount / 2;
    int end = into.limit();
    for (long at = offset; into.position() < end; ) {
      long from = at < half ? at + half : at - half;
      long left = half - at % half;
      into.limit((int) Math.min(end, into.position() + left));
      at += into.remaining();
      readAsStored(from, into);
    }
  }

  /**
   * Reads the number of a tensor that is one.
   *
   * @throws IOException if it has not exactly one element, or is of truth values
   */
  public double number() throws IOException {
    if (elements() == 1 && dtype != DType.BOOL) return dtype.number(bytes(), 0);
    throw new IOException(
        file()
            + ", tensor \""
            + name
            + "\": expected one number, found "
            + dtype
            + Arrays.toString(shape)
            + "; copy or download the file again");
  }

  /**
   * Returns the same tensor under another name.
   *
   * @param newName for example the one by which diffusers knows it
   */
  public StoredTensor named(String newName) {
    return new StoredTensor(newName, dtype, shape, bytes, start, byteCount, strides, isSwapped);
  }

  /**
   * Returns a tensor in which the second half of the rows stands before the first.
   *
   * @throws IOException if the first dimension has no halves
   */
  public StoredTensor withHalvesSwapped() throws IOException {
    part(name, 0, 2); // refuses an odd number of rows
    return new StoredTensor(name, dtype, shape, bytes, start, byteCount, strides, !isSwapped);
  }

  /**
   * Returns one of equal parts along the first dimension.
   *
   * @param newName of the part
   * @param part 0 … parts − 1
   * @param parts how many there are
   * @throws IOException if the first dimension does not divide into them
   */
  public StoredTensor part(String newName, int part, int parts) throws IOException {
    return part(newName, part, 1, parts);
  }

  /**
   * Returns neighbours of equal parts along the first dimension.
   *
   * @param newName of the part
   * @param part the first, 0 … parts − count
   * @param count how many
   * @param parts how many there are
   * @throws IOException if the first dimension does not divide into them
   */
  public StoredTensor part(String newName, int part, int count, int parts) throws IOException {
    if (isSwapped) throw new IllegalStateException(name + " has no parts: its halves are swapped");
    if (shape.length == 0 || shape[0] % parts != 0 || byteCount / parts % dtype.blockBytes() != 0) {
      throw new IOException(
          file()
              + ", tensor \""
              + name
              + "\": expected a first dimension of "
              + parts
              + " equal parts, found the shape "
              + Arrays.toString(shape)
              + "; the file is damaged or of another kind");
    }
    long[] partShape = shape.clone();
    partShape[0] = count * (shape[0] / parts);
    long[] stride = strides.map(Strides::stride).orElse(null);
    long one = byteCount / parts;
    long apart = stride == null ? one : shape[0] / parts * stride[0] * dtype.blockBytes();
    return new StoredTensor(
        newName,
        dtype,
        partShape,
        bytes,
        start + part * apart,
        count * one,
        strides.map(all -> new Strides(partShape, stride, dtype.blockBytes())));
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
