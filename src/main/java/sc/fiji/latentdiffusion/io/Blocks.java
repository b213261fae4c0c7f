/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Blocks of quantised weights as llama.cpp defines them → their numbers. Each is computed and
 * rounded in float32 as its reference does, to the bit. A byte holds two numbers of 4 bits, four of
 * 2 or eight of 1; neighbours lie in neighbouring bytes, not in one.
 */
public final class Blocks {

  /** Added to a number, zeros with a sign too, it changes no bit. */
  private static final float NONE = -0f;

  private static final float[] HALVES = halves();

  private final byte[] in;
  private final float[] out;
  private final float[] scales = new float[16];
  private final float[] least = new float[16];

  private Blocks(byte[] in, float[] out) {
    this.in = in;
    this.out = out;
  }

  private static float[] halves() {
    ByteBuffer bits = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    float[] halves = new float[1 << 16];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (float) DType.F16.number(bits.putShort(0, (short) i), 0);
    }
    return halves;
  }

  /**
   * Expands blocks.
   *
   * @param type quantised
   * @param in whole blocks
   * @param count how many
   * @param out gets the numbers
   */
  public static void expand(DType type, byte[] in, int count, float[] out) {
    Blocks blocks = new Blocks(in, out);
    for (int i = 0; i < count; i++) {
      blocks.expand(type, i * type.blockBytes(), i * type.blockElements());
    }
  }

  private void expand(DType type, int at, int to) {
    switch (type) {
      case Q4_0 -> ofFourBits(at + 2, to, half(at), 8, NONE);
      case Q4_1 -> ofFourBits(at + 4, to, half(at), 0, half(at + 2));
      case Q5_0 -> ofFiveBits(at + 2, to, half(at), 16, NONE);
      case Q5_1 -> ofFiveBits(at + 4, to, half(at), 0, half(at + 2));
      case Q8_0 -> ofEightBits(at + 2, to, half(at));
      case Q2_K -> q2(at, to);
      case Q3_K -> q3(at, to);
      case Q4_K -> q4(at, to);
      case Q5_K -> q5(at, to);
      case Q6_K -> q6(at, to);
      default -> throw new IllegalArgumentException(type + " is not quantised");
    }
  }

  private float half(int at) {
    return HALVES[in[at] & 0xFF | (in[at + 1] & 0xFF) << 8];
  }

  /** The lower halves of 16 bytes, then the upper ones. */
  private void ofFourBits(int at, int to, float scale, int offset, float add) {
    for (int i = 0; i < 16; i++) {
      int both = in[at + i];
      out[to + i] = scale * ((both & 15) - offset) + add;
      out[to + 16 + i] = scale * ((both >> 4 & 15) - offset) + add;
    }
  }

  /** The fifth bits, 32 in four bytes, stand before the others. */
  private void ofFiveBits(int at, int to, float scale, int offset, float add) {
    int fifth =
        in[at] & 0xFF
            | (in[at + 1] & 0xFF) << 8
            | (in[at + 2] & 0xFF) << 16
            | (in[at + 3] & 0xFF) << 24;
    for (int i = 0; i < 16; i++) {
      int both = in[at + 4 + i];
      int low = both & 15 | (fifth >> i & 1) << 4;
      int high = both >> 4 & 15 | (fifth >> 16 + i & 1) << 4;
      out[to + i] = scale * (low - offset) + add;
      out[to + 16 + i] = scale * (high - offset) + add;
    }
  }

  private void ofEightBits(int at, int to, float scale) {
    for (int i = 0; i < 32; i++) out[to + i] = in[at + i] * scale;
  }

  /** Scales and least values of 16 groups, in 4 bits each. */
  private void q2(int at, int to) {
    float scale = half(at + 80);
    float min = half(at + 82);
    for (int g = 0; g < 16; g++) {
      float own = scale * (in[at + g] & 15);
      float less = min * (in[at + g] >> 4 & 15);
      int from = at + 16 + g / 8 * 32 + g % 2 * 16;
      int shift = g % 8 / 2 * 2;
      for (int i = 0; i < 16; i++) {
        out[to + 16 * g + i] = own * (in[from + i] >> shift & 3) - less;
      }
    }
  }

  /** Scales of 16 groups in 6 bits, of which two stand apart; so do the third bits of numbers. */
  private void q3(int at, int to) {
    float scale = half(at + 108);
    for (int g = 0; g < 16; g++) {
      int low = in[at + 96 + g % 8] >> g / 8 * 4 & 15;
      int high = in[at + 104 + g % 4] >> g / 4 * 2 & 3;
      float own = scale * ((low | high << 4) - 32);
      int from = at + 32 + g / 8 * 32 + g % 2 * 16;
      int shift = g % 8 / 2 * 2;
      int third = at + g % 2 * 16;
      for (int i = 0; i < 16; i++) {
        int q = in[from + i] >> shift & 3 | (in[third + i] >> g / 2 & 1) << 2;
        out[to + 16 * g + i] = own * (q - 4);
      }
    }
  }

  /** Scales and least values of 8 groups, in 6 bits each, in 12 bytes. */
  private void sixBits(int at, float scale, float min) {
    for (int g = 0; g < 4; g++) {
      int first = in[at + g];
      int second = in[at + 4 + g];
      int third = in[at + 8 + g];
      scales[g] = scale * (first & 63);
      least[g] = min * (second & 63);
      scales[4 + g] = scale * (third & 15 | first >> 2 & 48);
      least[4 + g] = min * (third >> 4 & 15 | second >> 2 & 48);
    }
  }

  private void q4(int at, int to) {
    sixBits(at + 4, half(at), half(at + 2));
    for (int g = 0; g < 8; g++) {
      int from = at + 16 + g / 2 * 32;
      int shift = g % 2 * 4;
      float own = scales[g];
      float less = least[g];
      for (int i = 0; i < 32; i++) {
        out[to + 32 * g + i] = own * (in[from + i] >> shift & 15) - less;
      }
    }
  }

  private void q5(int at, int to) {
    sixBits(at + 4, half(at), half(at + 2));
    for (int g = 0; g < 8; g++) {
      int from = at + 48 + g / 2 * 32;
      int shift = g % 2 * 4;
      float own = scales[g];
      float less = least[g];
      for (int i = 0; i < 32; i++) {
        int q = in[from + i] >> shift & 15 | (in[at + 16 + i] >> g & 1) << 4;
        out[to + 32 * g + i] = own * q - less;
      }
    }
  }

  /** The upper two of six bits stand apart; scales of 16 groups are bytes. */
  private void q6(int at, int to) {
    float scale = half(at + 208);
    for (int g = 0; g < 16; g++) {
      float own = scale * in[at + 192 + g];
      int from = at + g / 8 * 64 + g % 4 * 16;
      int shift = g % 8 / 4 * 4;
      int upper = at + 128 + g / 8 * 32 + g % 2 * 16;
      int upperShift = g % 8 / 2 * 2;
      for (int i = 0; i < 16; i++) {
        int q = in[from + i] >> shift & 15 | (in[upper + i] >> upperShift & 3) << 4;
        out[to + 16 * g + i] = own * (q - 32);
      }
    }
  }
}
