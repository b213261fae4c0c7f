package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads a tensor that is one number. */
final class Scalar {

  private Scalar() {}

  /**
   * The number.
   *
   * @throws IOException if the tensor has not exactly one element, or is of truth values
   */
  static double of(StoredTensor tensor) throws IOException {
    long count = Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
    if (count != 1 || tensor.dtype() == DType.BOOL) {
      throw new IOException(
          tensor.file()
              + ", tensor \""
              + tensor.name()
              + "\": expected one number, found "
              + tensor.dtype()
              + Arrays.toString(tensor.shape())
              + "; copy or download the file again");
    }
    return number(tensor.dtype(), tensor.map());
  }

  private static double number(DType dtype, ByteBuffer bytes) {
    return switch (dtype) {
      case F64 -> bytes.getDouble();
      case F32 -> bytes.getFloat();
      case F16 -> float16(bytes.getShort());
      case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
      case I64 -> bytes.getLong();
      case I32 -> bytes.getInt();
      case I16 -> bytes.getShort();
      case I8 -> bytes.get();
      default -> bytes.get() & 0xFF;
    };
  }

  /** IEEE 754 binary16: a sign, 5 bits of exponent with bias 15, 10 of fraction. */
  private static double float16(short bits) {
    int exponent = bits >>> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double magnitude;
    if (exponent == 0x1F) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((double) fraction, -24);
    } else {
      magnitude = Math.scalb(1024.0 + fraction, exponent - 25);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
