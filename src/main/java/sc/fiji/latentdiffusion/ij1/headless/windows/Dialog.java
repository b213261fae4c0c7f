/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

import java.awt.Component;
import java.awt.Container;
import java.util.ArrayList;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.ij1.headless.widgets.Checkbox;
import sc.fiji.latentdiffusion.ij1.headless.widgets.Label;

/** A dialog. Nobody can answer it, so that to open it ends the macro. */
public class Dialog extends Window {

  private static final long serialVersionUID = 1;

  private String title;
  private boolean modal;

  /** Makes a dialog. It is not opened where a macro gives the values. */
  public Dialog(Frame owner, String title) {
    this(owner, title, false);
  }

  /** Makes a dialog. It is not opened where a macro gives the values. */
  public Dialog(Frame owner, String title, boolean modal) {
    setTitle(title);
    this.modal = modal;
  }

  /** Returns the title. */
  public String getTitle() {
    return title;
  }

  /** Changes the title. */
  public final void setTitle(String title) {
    this.title = title == null ? "" : title;
  }

  /** Returns whether all other windows would wait. */
  public boolean isModal() {
    return modal;
  }

  /** Changes whether all other windows would wait. */
  public void setModal(boolean modal) {
    this.modal = modal;
  }

  /** Ignores whether the size can be changed. */
  public void setResizable(boolean resizable) {}

  /**
   * Ends the macro, with the dialog's texts.
   *
   * @throws Unanswered always
   */
  @Override
  @Deprecated
  public void show() {
    throw Unanswered.question(title, texts(this));
  }

  private static String texts(Container container) {
    ArrayList<String> texts = new ArrayList<>();
    for (Component part : container.getComponents()) {
      if (part instanceof Label label) {
        texts.add(label.getText());
      } else if (part instanceof Checkbox box) {
        texts.add(box.getLabel());
      } else if (part instanceof Container inner) {
        texts.add(texts(inner));
      }
    }
    return texts.stream()
        .filter(text -> text != null && !text.isBlank())
        .map(String::strip)
        .collect(Collectors.joining(" "));
  }
}
