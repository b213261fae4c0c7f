/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.util.ArrayList;

/** A menu. */
public class Menu extends MenuItem implements MenuContainer {

  private final ArrayList<MenuItem> items = new ArrayList<>();

  /** Makes an empty menu. */
  public Menu(String label) {
    super(label);
  }

  /** Adds an entry at the end. */
  public MenuItem add(MenuItem item) {
    insert(item, items.size());
    return item;
  }

  /** Adds an entry at the end. */
  public void add(String label) {
    add(new MenuItem(label));
  }

  /** Adds a line at the end. */
  public void addSeparator() {
    add("-");
  }

  /** Adds an entry. */
  public void insert(MenuItem item, int at) {
    items.add(Math.min(at, items.size()), item);
    item.setParent(this);
  }

  /** Adds a line. */
  public void insertSeparator(int at) {
    insert(new MenuItem("-"), at);
  }

  /** Returns an entry. */
  public MenuItem getItem(int index) {
    return items.get(index);
  }

  /** Returns the number of entries. */
  public int getItemCount() {
    return items.size();
  }

  /** Removes an entry. */
  public void remove(int index) {
    items.remove(index);
  }

  /** Removes all entries. */
  public void removeAll() {
    items.clear();
  }
}
