/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

/** A text of several lines, in the place of {@code ij.gui.MultiLineLabel}, which hides its text. */
public class MultiLineLabel extends Label {

  private static final long serialVersionUID = 1;

  /** Makes a label. */
  public MultiLineLabel(String text) {
    super(text);
  }

  /** Makes a label. */
  public MultiLineLabel(String text, int minimumWidth) {
    super(text);
  }
}
