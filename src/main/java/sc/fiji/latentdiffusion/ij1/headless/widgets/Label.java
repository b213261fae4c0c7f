/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;

/** A text. */
public class Label extends Component {

  private static final long serialVersionUID = 1;

  /** The text begins at the left. */
  public static final int LEFT = 0;

  private String text;

  /** Makes an empty label. */
  public Label() {
    this("");
  }

  /** Makes a label. */
  public Label(String text) {
    this(text, LEFT);
  }

  /** Makes a label. */
  public Label(String text, int alignment) {
    this.text = text;
  }

  /** Returns the text. */
  public String getText() {
    return text;
  }

  /** Changes the text. */
  public void setText(String text) {
    this.text = text;
  }

  /** Ignores the alignment. */
  public void setAlignment(int alignment) {}
}
