/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.random.Noise;

/**
 * Square parts of pictures: those to train with, and each tenth, held back to tell how well the
 * model knows pictures that it was not shown.
 */
public final class Crops {

  private static final int CHANNELS = 3;
  private static final int TENTH = 10;
  private static final int MOST_HELD_BACK = 16;

  /**
   * A square part of a picture.
   *
   * @param of the picture
   * @param x of its left edge
   * @param y of its upper edge
   */
  public record Crop(Example of, int x, int y) {

    /** Returns the caption of its picture. */
    public String caption() {
      return of.caption();
    }

    /**
     * Returns its pixels.
     *
     * @param size its side
     * @param turned 0 … 7: turned by 90° · (turned mod 4) anticlockwise, then from 4 on mirrored
     *     left to right
     * @return {@code [3, size, size]}, -1..1
     */
    float[] pixels(int size, int turned) {
      float[] cut = new float[CHANNELS * size * size];
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          int column = turned >= 4 ? size - 1 - j : j;
          int row = row(i, column, size, turned % 4);
          int at = (y + row) * of.width() + x + row(i, column, size, (turned + 1) % 4);
          put(cut, i * size + j, at, size * size);
        }
      }
      return cut;
    }

    /** The row in the crop of a place in its turned one; its column is that of a turn more. */
    private static int row(int i, int j, int size, int quarters) {
      return switch (quarters) {
        case 0 -> i;
        case 1 -> j;
        case 2 -> size - 1 - i;
        default -> size - 1 - j;
      };
    }

    private void put(float[] cut, int to, int from, int plane) {
      for (int c = 0; c < CHANNELS; c++) {
        cut[c * plane + to] = of.pixels()[c * of.width() * of.height() + from];
      }
    }
  }

  private final int size;
  private final List<Crop> training = new ArrayList<>();
  private final List<Crop> heldBack = new ArrayList<>();

  /**
   * Cuts crops.
   *
   * @param examples the pictures
   * @param recipe gives the size of crops, their number and the seed
   * @throws IllegalArgumentException if a picture is smaller than a crop
   */
  public Crops(List<Example> examples, Recipe recipe) {
    size = recipe.size();
    List<Crop> all = new ArrayList<>();
    Noise noise = Noise.of(recipe.seed());
    List<Integer> counts = counts(examples, recipe);
    for (int i = 0; i < examples.size(); i++) {
      all.addAll(cut(examples.get(i), counts.get(i), noise));
    }
    for (int i = 0; i < all.size(); i++) {
      boolean held = i % TENTH == TENTH - 1;
      if (!held) training.add(all.get(i));
      else if (heldBack.size() < MOST_HELD_BACK) heldBack.add(all.get(i));
    }
  }

  private List<Crop> cut(Example example, int count, Noise noise) {
    requireRoom(example.width(), example.height(), size);
    float[] u = noise.rand(2 * count);
    List<Crop> cut = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int x = (int) (u[2 * i] * (example.width() - size + 1));
      int y = (int) (u[2 * i + 1] * (example.height() - size + 1));
      cut.add(new Crop(example, x, y));
    }
    return cut;
  }

  /**
   * Proves that a crop fits into a picture.
   *
   * @throws IllegalArgumentException if not, with both sizes
   */
  public static void requireRoom(int width, int height, int size) {
    if (width >= size && height >= size) return;
    throw new IllegalArgumentException(
        String.format(
            "Crops of %d × %d pixels don't fit into a picture of %d × %d. Choose a smaller size, a"
                + " larger selection or larger pictures.",
            size, size, width, height));
  }

  /** The number of crops of each picture: their total, or four times what covers the picture. */
  private static List<Integer> counts(List<Example> examples, Recipe recipe) {
    List<Integer> counts = new ArrayList<>();
    int n = examples.size();
    for (int i = 0; i < n; i++) {
      Example example = examples.get(i);
      int given = recipe.crops() / n + (i < recipe.crops() % n ? 1 : 0);
      counts.add(recipe.crops() > 0 ? given : automatic(example, recipe.size()));
    }
    return counts;
  }

  private static int automatic(Example example, int size) {
    if (example.width() == size && example.height() == size) return 1;
    return (int) Math.ceil(4.0 * example.width() * example.height() / ((double) size * size));
  }

  /** Returns the crops to train with. */
  public List<Crop> training() {
    return List.copyOf(training);
  }

  /** Returns the crops that are held back; none of fewer than ten. */
  public List<Crop> heldBack() {
    return List.copyOf(heldBack);
  }
}
