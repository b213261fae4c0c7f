/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.views;

/**
 * How much a view counts at each of its pixels, where views fade into one another: along each axis
 * {@code r = min(1, (i + ½)/o, (n − i − ½)/o)} at pixel i of n, o being the overlap of neighbours.
 * A view counts fully at the ends of the whole.
 *
 * @param overlap of neighbours in pixels; 0 for an edge
 */
public record Ramp(int overlap) {

  /**
   * Returns the linear ramp r.
   *
   * @param i pixel of the view, from 0
   * @param count of the view's pixels
   * @param start of the view in the whole
   * @param whole length of the whole
   */
  public float linear(int i, int count, int start, int whole) {
    float length = Math.max(1, overlap);
    float fromStart = start == 0 ? 1 : Math.min(1, (i + 0.5f) / length);
    float fromEnd = start + count == whole ? 1 : Math.min(1, (count - i - 0.5f) / length);
    return Math.min(fromStart, fromEnd);
  }

  /**
   * Returns {@code sin²(π r_y/2) · sin²(π r_x/2)} of each pixel, row by row. Where two neighbours
   * share the overlap, the weights of both add to 1.
   *
   * @param view within the whole
   * @param height of the whole
   * @param width of the whole
   * @return {@code view.height() · view.width()} weights, above 0
   */
  public float[] weights(View view, int height, int width) {
    float[] weights = new float[view.height() * view.width()];
    for (int y = 0; y < view.height(); y++) {
      double row = smooth(linear(y, view.height(), view.top(), height));
      for (int x = 0; x < view.width(); x++) {
        double column = smooth(linear(x, view.width(), view.left(), width));
        weights[y * view.width() + x] = (float) (row * column);
      }
    }
    return weights;
  }

  private static double smooth(double ramp) {
    double sine = Math.sin(Math.PI / 2 * ramp);
    return sine * sine;
  }
}
