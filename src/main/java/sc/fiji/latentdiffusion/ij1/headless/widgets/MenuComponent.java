/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Font;

/** A part of a menu that nobody opens. */
public class MenuComponent {

  private String name;
  private Font font;
  private MenuContainer parent;

  /** Returns the name, which nobody reads. */
  public String getName() {
    return name;
  }

  /** Changes the name. */
  public void setName(String name) {
    this.name = name;
  }

  /** Returns the font, or null. */
  public Font getFont() {
    return font;
  }

  /** Changes the font. */
  public void setFont(Font font) {
    this.font = font;
  }

  /** Returns the menu that holds it, or null. */
  public MenuContainer getParent() {
    return parent;
  }

  final void setParent(MenuContainer parent) {
    this.parent = parent;
  }
}
