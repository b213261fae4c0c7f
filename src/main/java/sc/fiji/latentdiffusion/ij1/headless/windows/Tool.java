/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

/** A window with tools, such as that for brightness and contrast. It asks nothing. */
public class Tool extends Dialog {

  private static final long serialVersionUID = 1;

  /** Makes a window that is closed. */
  public Tool(Frame owner, String title) {
    super(owner, title);
  }

  @Override
  @Deprecated
  public void show() {
    open();
  }
}
