/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The places of tokens: words stand behind one another from 1 on, the patches of an image behind
 * all words, each in its row and column. Words and patches are each filled up to a multiple of 32
 * tokens; what fills up the patches stands at 0.
 */
final class ZImagePlaces {

  private static final int MULTIPLE = 32;

  private ZImagePlaces() {}

  /** Returns how many tokens fill up so many. */
  static int more(int tokens) {
    return Math.floorMod(-tokens, MULTIPLE);
  }

  /**
   * Returns the places of words.
   *
   * @param tokens filled up
   */
  static List<int[]> ofWords(int tokens) {
    List<int[]> places = new ArrayList<>();
    for (int i = 1; i <= tokens; i++) places.add(new int[] {i, 0, 0});
    return places;
  }

  /**
   * Returns the places of an image's patches, row by row, and of what fills them up.
   *
   * @param words tokens before them, filled up
   * @param height in patches
   * @param width in patches
   */
  static List<int[]> ofImage(int words, int height, int width) {
    List<int[]> places = new ArrayList<>();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) places.add(new int[] {words + 1, y, x});
    }
    places.addAll(Collections.nCopies(more(height * width), new int[3]));
    return places;
  }
}
