/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.util.List;

/**
 * Rows of numbers that a model takes in place of the encoded words of a prompt.
 *
 * @param title of the table that they come from
 * @param rows at least one, all of the same length, finite
 */
public record TokenRows(String title, List<List<Float>> rows) {

  /** Copies the rows. */
  public TokenRows {
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** Returns how many numbers a row has. */
  public int width() {
    return rows.get(0).size();
  }

  /** Returns all numbers, row after row. */
  public float[] numbers() {
    float[] numbers = new float[rows.size() * width()];
    int at = 0;
    for (List<Float> row : rows) {
      for (float number : row) numbers[at++] = number;
    }
    return numbers;
  }
}
