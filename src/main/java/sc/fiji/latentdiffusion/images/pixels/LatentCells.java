/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

/**
 * The pixels of an image under each pixel of the latents. The mirrored margin, which is cut from
 * the result, is in none.
 *
 * @param seen the region that the model sees
 * @param columns of the latents
 * @param rows of the latents
 * @param width of a latent pixel, in pixels of the image
 * @param height of a latent pixel, in pixels of the image
 */
record LatentCells(Region seen, int columns, int rows, double width, double height) {

  /** Returns the pixels under a latent pixel. */
  private Region cell(int column, int row) {
    int left = (int) Math.floor(column * width);
    int top = (int) Math.floor(row * height);
    int right = (int) Math.min(seen.width(), Math.ceil((column + 1) * width));
    int bottom = (int) Math.min(seen.height(), Math.ceil((row + 1) * height));
    return new Region(seen.x() + left, seen.y() + top, right - left, bottom - top);
  }

  /** Returns the largest weight of a selection in each cell, rows first. */
  float[] largest(Selection selection) {
    float[] largest = new float[columns * rows];
    for (int i = 0; i < largest.length; i++) {
      Region cell = cell(i % columns, i / columns);
      for (int y = cell.y(); y < cell.y() + cell.height(); y++) {
        for (int x = cell.x(); x < cell.x() + cell.width(); x++) {
          largest[i] = Math.max(largest[i], selection.weight(x, y));
        }
      }
    }
    return largest;
  }

  /**
   * Returns the share of each cell's pixels that are selected at all, 0…1, rows first. A cell that
   * is all margin is as the nearest one that is not.
   */
  float[] covered(Selection selection) {
    int lastColumn = (int) Math.ceil(seen.width() / width) - 1;
    int lastRow = (int) Math.ceil(seen.height() / height) - 1;
    float[] covered = new float[columns * rows];
    for (int i = 0; i < covered.length; i++) {
      Region cell = cell(Math.min(lastColumn, i % columns), Math.min(lastRow, i / columns));
      int inside = 0;
      for (int y = cell.y(); y < cell.y() + cell.height(); y++) {
        for (int x = cell.x(); x < cell.x() + cell.width(); x++) {
          inside += selection.weight(x, y) > 0 ? 1 : 0;
        }
      }
      covered[i] = (float) inside / (cell.width() * cell.height());
    }
    return covered;
  }
}
