/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;
import java.awt.event.ItemListener;
import java.util.ArrayList;

/** A list of which one item is chosen: the first, until another is selected. */
public class Choice extends Component {

  private static final long serialVersionUID = 1;

  private final ArrayList<String> items = new ArrayList<>();
  private int selected = -1;

  /** Adds an item. */
  public void add(String item) {
    items.add(item);
    selected = Math.max(selected, 0);
  }

  /** Adds an item. */
  public void addItem(String item) {
    add(item);
  }

  /** Returns an item, counted from 0. */
  public String getItem(int index) {
    return items.get(index);
  }

  /** Returns the number of items. */
  public int getItemCount() {
    return items.size();
  }

  /** Returns the chosen one, counted from 0; −1 if there is none. */
  public int getSelectedIndex() {
    return selected;
  }

  /** Returns the chosen one, or null if there is none. */
  public String getSelectedItem() {
    return selected < 0 ? null : items.get(selected);
  }

  /** Removes all items. */
  public void removeAll() {
    items.clear();
    selected = -1;
  }

  /**
   * Chooses an item.
   *
   * @throws IllegalArgumentException if there is no such item
   */
  public void select(int index) {
    if (index < 0 || index >= items.size()) {
      throw new IllegalArgumentException("There is no item " + index + " of " + items.size());
    }
    selected = index;
  }

  /** Chooses an item, if it is there. */
  public void select(String item) {
    selected = items.contains(item) ? items.indexOf(item) : selected;
  }

  /** Ignores the listener, which would never be called. */
  public void addItemListener(ItemListener listener) {}
}
