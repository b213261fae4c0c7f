/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which a dialog asks for the keys of a command, as they are declared: part by part,
 * within a part as in macros; keys that few people change stand behind a button.
 */
public final class DialogOrder {

  /** The label of the button while those keys are hidden. */
  public static final String MORE = "More…";

  /** The label of the button while those keys are shown. */
  public static final String LESS = "Less";

  /** The label of the button that draws a seed. */
  public static final String RANDOM = "Random";

  /** The heading over the keys that open stacks. */
  public static final String STACKS =
      "Also open, with one frame for every evaluation of the U-Net:";

  /** A command of no more keys than these shows them all. */
  private static final int FEW = 8;

  private static final int IN_A_ROW = 4;

  private final List<Key> first = new ArrayList<>();
  private final List<Key> more = new ArrayList<>();

  /**
   * Sorts keys.
   *
   * @param keys in the order of macros
   * @param active the image that is worked on, or null; keys of no use for it are left out
   */
  public DialogOrder(List<Key> keys, ImagePlus active) {
    for (Key key : keys) {
      if (key.isOfUse(active)) {
        boolean hidden = keys.size() > FEW && key.isMore();
        (hidden ? more : first).add(key);
      }
    }
    first.sort(Comparator.comparingInt(Key::part));
    more.sort(Comparator.comparingInt(Key::part));
  }

  /** Cuts keys that open stacks into the rows of a dialog, those that are no flags last. */
  public static List<List<Key>> rows(List<Key> stacks) {
    List<Key> sorted = new ArrayList<>(stacks);
    sorted.sort(Comparator.comparing(key -> key.type() != boolean.class));
    List<List<Key>> rows = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i += IN_A_ROW) {
      rows.add(sorted.subList(i, Math.min(i + IN_A_ROW, sorted.size())));
    }
    return rows;
  }

  /** The keys that everyone is asked for. */
  public List<Key> first() {
    return List.copyOf(first);
  }

  /** All keys, in their order. */
  public List<Key> all() {
    List<Key> all = new ArrayList<>(first);
    all.addAll(more);
    return List.copyOf(all);
  }

  /** The keys behind the button; may be empty. */
  public List<Key> more() {
    return List.copyOf(more);
  }

  /**
   * Cuts keys into the lines of a dialog. Those of one row stay together as far as they fit, and
   * related rows share a line where there is room. A wide key takes half of a line.
   *
   * @param keys in their order
   * @param most the number of keys that fit beside one another
   */
  public static List<List<Key>> lines(List<Key> keys, int most) {
    List<List<Key>> lines = new ArrayList<>();
    Key last = null;
    for (List<Key> row : together(keys, most)) {
      boolean fits =
          last != null && width(lines.get(lines.size() - 1), most) + width(row, most) <= most;
      if (fits && row.get(0).isRelated(last)) {
        lines.get(lines.size() - 1).addAll(row);
      } else {
        lines.add(new ArrayList<>(row));
      }
      last = row.get(row.size() - 1);
    }
    return lines;
  }

  private static List<List<Key>> together(List<Key> keys, int most) {
    List<List<Key>> rows = new ArrayList<>();
    Key last = null;
    for (Key key : keys) {
      if (!key.isBeside(last)
          || width(rows.get(rows.size() - 1), most) + width(List.of(key), most) > most) {
        rows.add(new ArrayList<>());
      }
      rows.get(rows.size() - 1).add(key);
      last = key;
    }
    return rows;
  }

  private static double width(List<Key> keys, int most) {
    return keys.stream().mapToDouble(key -> key.isWide() ? most / 2.0 : 1).sum();
  }
}
