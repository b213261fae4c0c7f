/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.plugins;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the known names nearest to a misspelt one. */
public final class Spelling {

  private Spelling() {}

  /**
   * Sorts names by how much they differ from one.
   *
   * @param wanted the typed name
   * @param names the known ones
   * @return all of them, the nearest first, equally near ones in their order
   */
  public static List<String> nearestFirst(String wanted, Collection<String> names) {
    return names.stream().sorted(Comparator.comparingInt(n -> distance(wanted, n))).toList();
  }

  /** Returns how many edits of a character make one text of another (Levenshtein 1966). */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
