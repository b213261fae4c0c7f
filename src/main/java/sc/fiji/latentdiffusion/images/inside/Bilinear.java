/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.inside;

/** Bilinear interpolation as torch's without aligned corners: pixels are squares. */
final class Bilinear {

  private Bilinear() {}

  /**
   * Resizes.
   *
   * @param values of width × height, rows first
   * @return of newWidth × newHeight
   */
  static float[] resized(float[] values, int width, int height, int newWidth, int newHeight) {
    float[] result = new float[newWidth * newHeight];
    for (int y = 0; y < newHeight; y++) {
      double row = source(y, height, newHeight);
      int top = (int) row;
      int bottom = Math.min(top + 1, height - 1);
      for (int x = 0; x < newWidth; x++) {
        double column = source(x, width, newWidth);
        int left = (int) column;
        int right = Math.min(left + 1, width - 1);
        double share = column - left;
        double above =
            (1 - share) * values[top * width + left] + share * values[top * width + right];
        double below =
            (1 - share) * values[bottom * width + left] + share * values[bottom * width + right];
        result[y * newWidth + x] = (float) (above + (row - top) * (below - above));
      }
    }
    return result;
  }

  private static double source(int to, int size, int newSize) {
    return Math.max(0, Math.min(size - 1, (to + 0.5) * size / newSize - 0.5));
  }

  /** Returns the upper left part of that size. */
  static float[] cropped(float[] values, int width, int newWidth, int newHeight) {
    float[] result = new float[newWidth * newHeight];
    for (int y = 0; y < newHeight; y++) {
      System.arraycopy(values, y * width, result, y * newWidth, newWidth);
    }
    return result;
  }
}
