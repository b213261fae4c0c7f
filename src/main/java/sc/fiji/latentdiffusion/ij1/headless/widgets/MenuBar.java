/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.util.ArrayList;

/** The menus of a window. */
public class MenuBar extends MenuComponent implements MenuContainer {

  private final ArrayList<Menu> menus = new ArrayList<>();

  /** Adds a menu. */
  public Menu add(Menu menu) {
    menus.add(menu);
    menu.setParent(this);
    return menu;
  }

  /** Returns a menu. */
  public Menu getMenu(int index) {
    return menus.get(index);
  }

  /** Returns the number of menus. */
  public int getMenuCount() {
    return menus.size();
  }

  /** Adds the menu of help. */
  public void setHelpMenu(Menu menu) {
    add(menu);
  }
}
