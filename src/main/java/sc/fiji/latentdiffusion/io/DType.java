package sc.fiji.latentdiffusion.io;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The element types of safetensors files, under the names they have there. */
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
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /**
   * Reads one element.
   *
   * @param bytes of elements of this type, little endian
   * @param index of the element
   * @return its value
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
        .filter(type -> type.name().equals(safetensorsName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown dtype \"" + safetensorsName + "\"; read are " + known()));
  }

  private static String known() {
    return String.join(", ", Arrays.stream(values()).map(DType::name).toList());
  }
}
