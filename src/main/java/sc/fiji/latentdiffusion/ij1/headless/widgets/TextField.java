/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;
import java.awt.event.ActionListener;
import java.awt.event.TextListener;

/** A line of text. */
public class TextField extends Component {

  private static final long serialVersionUID = 1;

  private String text;

  /** Makes a field. */
  public TextField(String text, int columns) {
    setText(text);
  }

  /** Returns the text. */
  public String getText() {
    return text;
  }

  /** Changes the text. */
  public void setText(String text) {
    this.text = text == null ? "" : text;
  }

  /** Ignores that texts could be dragged here. */
  public void setDropTarget(DropTarget target) {}

  /** Ignores the character that hides a text. */
  public void setEchoChar(char echo) {}

  /** Ignores that nobody can edit the text. */
  public void setEditable(boolean editable) {}

  /** Ignores the selection. */
  public void select(int start, int end) {}

  /** Ignores the selection. */
  public void selectAll() {}

  /** Ignores the listener, which would never be called. */
  public void addActionListener(ActionListener listener) {}

  /** Ignores the listener, which would never be called. */
  public void addTextListener(TextListener listener) {}
}
