package sc.fiji.latentdiffusion.io;

import java.util.Arrays;

/** The element types of safetensors files, under the names they have there. */
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
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
