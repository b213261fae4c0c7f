/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;
import java.awt.event.TextListener;

/** A text of several lines with a selection. */
public class TextArea extends Component {

  private static final long serialVersionUID = 1;

  private String text;
  private int start;
  private int end;

  /** Makes an empty text. */
  public TextArea(int rows, int columns) {
    this("", rows, columns, 0);
  }

  /** Makes a text. */
  public TextArea(String text, int rows, int columns, int scrollbars) {
    setText(text);
  }

  /** Returns the text. */
  public String getText() {
    return text;
  }

  /** Changes the text. */
  public void setText(String text) {
    this.text = text == null ? "" : text;
    select(start, end);
  }

  /** Adds a text at the end. */
  public void append(String more) {
    setText(text + more);
  }

  /** Adds a text at the end. */
  public void appendText(String more) {
    append(more);
  }

  /** Inserts a text. */
  public void insert(String more, int at) {
    replaceRange(more, at, at);
  }

  /** Replaces a part. */
  public void replaceRange(String part, int from, int to) {
    setText(new StringBuilder(text).replace(from, to, part).toString());
  }

  /** Selects a part. */
  public void select(int from, int to) {
    start = Math.max(0, Math.min(from, text.length()));
    end = Math.max(start, Math.min(to, text.length()));
  }

  /** Selects the whole text. */
  public void selectAll() {
    select(0, text.length());
  }

  /** Returns the selected part. */
  public String getSelectedText() {
    return text.substring(start, end);
  }

  /** Returns where the selection starts. */
  public int getSelectionStart() {
    return start;
  }

  /** Changes where the selection starts. */
  public void setSelectionStart(int from) {
    select(from, Math.max(from, end));
  }

  /** Returns where the selection ends. */
  public int getSelectionEnd() {
    return end;
  }

  /** Changes where the selection ends. */
  public void setSelectionEnd(int to) {
    select(Math.min(start, to), to);
  }

  /** Returns the place of the caret. */
  public int getCaretPosition() {
    return start;
  }

  /** Moves the caret. */
  public void setCaretPosition(int at) {
    select(at, at);
  }

  /** Ignores that nobody can edit the text. */
  public void setEditable(boolean editable) {}

  /** Ignores the listener, which would never be called. */
  public void addTextListener(TextListener listener) {}
}
