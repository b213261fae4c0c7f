/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The element types of safetensors files, under the names they have there, and those of GGUF files.
 * The quantised types of the latter are {@linkplain #isQuantised() blocks}: some elements in some
 * bytes, which have no place of their own for each element.
 */
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),

  /** Four bits of exponent with bias 7, three of significand; neither infinite. */
  F8_E4M3(1),

  /** Five bits of exponent with bias 15, two of significand: the upper half of a F16. */
  F8_E5M2(1),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1),
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q8_0(32, 34),
  Q2_K(256, 84),
  Q3_K(256, 110),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210);

  private final int blockElements;
  private final int blockBytes;

  DType(int bytes) {
    this(1, bytes);
  }

  DType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** Returns whether elements lie in blocks, of which none can be read alone. */
  public boolean isQuantised() {
    return blockElements > 1;
  }

  /** Returns how many elements lie in a block; 1 if the type is not quantised. */
  public int blockElements() {
    return blockElements;
  }

  /** Returns the bytes of a block: of an element if the type is not quantised. */
  public int blockBytes() {
    return blockBytes;
  }

  /**
   * Returns the bytes of one element.
   *
   * @throws IllegalStateException if the type is quantised
   */
  public int bytes() {
    if (isQuantised()) throw new IllegalStateException("an element of " + this + " has no bytes");
    return blockBytes;
  }

  /**
   * Reads one element.
   *
   * @param bytes of elements of this type, little endian
   * @param index of the element
   * @return its value
   * @throws IllegalStateException if the type is quantised
   */
  public double number(ByteBuffer bytes, int index) {
    return switch (this) {
      case F64 -> bytes.getDouble(8 * index);
      case F32 -> bytes.getFloat(4 * index);
      case F16 -> half(bytes.getShort(2 * index));
      case BF16 -> Float.intBitsToFloat(bytes.getShort(2 * index) << 16);
      case F8_E4M3 -> eighth(bytes.get(index));
      case F8_E5M2 -> half((short) (bytes.get(index) << 8));
      case I64 -> bytes.getLong(8 * index);
      case I32 -> bytes.getInt(4 * index);
      case I16 -> bytes.getShort(2 * index);
      case I8 -> bytes.get(index);
      case U8, BOOL -> bytes.get(index) & 0xFF;
      default -> throw new IllegalStateException("an element of " + this + " can't be read alone");
    };
  }

  /** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 of significand. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1F;
    int significand = bits & 0x3FF;
    double size =
        exponent == 0
            ? significand * 0x1p-24
            : exponent == 31
                ? (significand == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : Math.scalb(1 + significand * 0x1p-10, exponent - 15);
    return bits < 0 ? -size : size;
  }

  private static double eighth(byte bits) {
    int exponent = bits >> 3 & 0xF;
    int significand = bits & 7;
    if (exponent == 15 && significand == 7) return Double.NaN;
    double size =
        exponent == 0 ? significand * 0x1p-9 : Math.scalb(1 + significand / 8.0, exponent - 7);
    return bits < 0 ? -size : size;
  }

  /**
   * Returns the type with this name.
   *
   * @param safetensorsName for example {@code "BF16"}, in capitals as the format has it
   * @throws IllegalArgumentException if there is none, listing those that are read
   */
  public static DType of(String safetensorsName) {
    return Arrays.stream(values())
        .filter(type -> !type.isQuantised() && type.name().equals(safetensorsName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown dtype \"" + safetensorsName + "\"; read are " + known()));
  }

  private static String known() {
    return Arrays.stream(values())
        .filter(type -> !type.isQuantised())
        .map(DType::name)
        .collect(Collectors.joining(", "));
  }
}
