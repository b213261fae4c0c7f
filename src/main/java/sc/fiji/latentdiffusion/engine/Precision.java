/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import sc.fiji.latentdiffusion.io.DType;

/** The number format in which a network computes. */
public enum Precision {
  /** IEEE single precision, 32 bits. */
  FLOAT32(6, DType.F32),
  /** The upper half of a float32: 8 bits of exponent, 8 of significand. */
  BFLOAT16(15, DType.BF16),
  /** IEEE half precision: 5 bits of exponent, 11 of significand. */
  FLOAT16(5, DType.F16);

  private final int scalarType;
  private final DType dtype;

  Precision(int scalarType, DType dtype) {
    this.scalarType = scalarType;
    this.dtype = dtype;
  }

  /** Returns torch's number of the format ({@code c10::ScalarType}). */
  public int scalarType() {
    return scalarType;
  }

  /** Returns the format as files name it. */
  public DType dtype() {
    return dtype;
  }
}
