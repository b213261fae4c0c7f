/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.views;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * A rectangle of latents, or of a picture, that a network sees alone.
 *
 * @param top its first row
 * @param left its first column
 * @param height in rows, at least 1
 * @param width in columns, at least 1
 */
public record View(int top, int left, int height, int width) {

  /** Returns the same rectangle of a picture whose pixels are so many times as many. */
  public View times(int factor) {
    return new View(top * factor, left * factor, height * factor, width * factor);
  }

  /** Returns a part of this one, whose rows and columns count from this one's first. */
  public View part(View part) {
    return new View(top + part.top, left + part.left, part.height, part.width);
  }

  /**
   * Cuts the rectangle out.
   *
   * @param whole {@code [b, c, h, w]}
   * @param owner of the result
   * @return {@code [b, c, height, width]}, in memory of its own
   */
  public NDArray of(NDArray whole, NDManager owner) {
    try (NDArray shared = whole.get(index())) {
      NDArray cut = shared.duplicate();
      cut.attach(owner);
      return cut;
    }
  }

  /**
   * Adds to the rectangle.
   *
   * @param part {@code [b, c, height, width]}
   * @param whole {@code [b, c, h, w]}, is changed
   */
  public void add(NDArray part, NDArray whole) {
    try (NDArray shared = whole.get(index())) {
      shared.addi(part);
    }
  }

  private NDIndex index() {
    return new NDIndex(":, :, {}:{}, {}:{}", top, top + height, left, left + width);
  }
}
