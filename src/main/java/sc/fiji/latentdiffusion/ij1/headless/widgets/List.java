/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;
import java.awt.event.ActionListener;
import java.awt.event.ItemListener;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;

/** A list of items, some of them selected. */
public class List extends Component {

  private static final long serialVersionUID = 1;

  private final ArrayList<String> items = new ArrayList<>();
  private final TreeSet<Integer> selected = new TreeSet<>();
  private final boolean several;

  /** Makes a list of which one item can be selected. */
  public List() {
    this(0);
  }

  /** Makes a list of which one item can be selected. */
  public List(int rows) {
    this(rows, false);
  }

  /** Makes a list. */
  public List(int rows, boolean several) {
    this.several = several;
  }

  /** Adds an item at the end. */
  public void add(String item) {
    items.add(item);
  }

  /** Adds an item at an index, counted from 0; at the end for −1. */
  public void add(String item, int index) {
    items.add(index < 0 || index > items.size() ? items.size() : index, item);
  }

  /** Removes all items. */
  public void clear() {
    removeAll();
  }

  /** Removes all items. */
  public void removeAll() {
    items.clear();
    selected.clear();
  }

  /** Removes an item. */
  public void remove(int index) {
    items.remove(index);
    selected.remove(index);
  }

  /** Removes the first item of that text. */
  public void remove(String item) {
    remove(items.indexOf(item));
  }

  /** Replaces an item. */
  public void replaceItem(String item, int index) {
    items.set(index, item);
  }

  /** Returns an item. */
  public String getItem(int index) {
    return items.get(index);
  }

  /** Returns the number of items. */
  public int getItemCount() {
    return items.size();
  }

  /** Selects an item. */
  public void select(int index) {
    if (!several) {
      selected.clear();
    }
    selected.add(index);
  }

  /** Deselects an item. */
  public void deselect(int index) {
    selected.removeAll(Set.of(index));
  }

  /** Returns the selected item, −1 if it is not one. */
  public int getSelectedIndex() {
    return selected.size() == 1 ? selected.first() : -1;
  }

  /** Returns the selected items. */
  public int[] getSelectedIndexes() {
    return selected.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the selected item, null if it is not one. */
  public String getSelectedItem() {
    return selected.size() == 1 ? items.get(selected.first()) : null;
  }

  /** Ignores the listener, which would never be called. */
  public void addActionListener(ActionListener listener) {}

  /** Ignores the listener, which would never be called. */
  public void addItemListener(ItemListener listener) {}
}
