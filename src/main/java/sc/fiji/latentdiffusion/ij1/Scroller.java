/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.awt.Panel;
import java.awt.Scrollbar;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;

/**
 * Shows the fields of a dialog: all of them where the screen is high enough, else a part, with a
 * bar that scrolls to the others. A field that gets the focus scrolls into view. It stands in a
 * dialog whose parts lie below one another, and leaves them their place on the screen.
 */
final class Scroller extends Panel {

  private static final long serialVersionUID = 1L;

  private static final int UNIT = 20;

  private final Panel fields;
  private final Panel view = new Panel(null);
  private final Scrollbar bar = new Scrollbar(Scrollbar.VERTICAL);

  /**
   * Holds fields.
   *
   * @param fields a panel to which no more fields are added
   */
  Scroller(Panel fields) {
    super(null);
    this.fields = fields;
    view.add(fields);
    add(view);
    add(bar);
    bar.setFocusable(false);
    bar.setUnitIncrement(UNIT);
    bar.addAdjustmentListener(event -> move());
    addMouseWheelListener(event -> scrollTo(bar.getValue() + event.getUnitsToScroll() * UNIT));
    follow(fields);
  }

  private void follow(Component part) {
    if (part instanceof Container container) {
      for (Component inner : container.getComponents()) follow(inner);
    }
    part.addFocusListener(
        new FocusAdapter() {
          @Override
          public void focusGained(FocusEvent event) {
            reveal(part);
          }
        });
  }

  private void reveal(Component part) {
    int top = part.getY();
    for (Component at = part.getParent(); at != fields; at = at.getParent()) top += at.getY();
    int bottom = top + part.getHeight();
    int value = Math.max(bar.getValue(), bottom - view.getHeight());
    scrollTo(Math.min(value, top));
  }

  private void scrollTo(int value) {
    bar.setValue(value);
    move();
  }

  private void move() {
    fields.setLocation(0, bar.isVisible() ? -bar.getValue() : 0);
  }

  @Override
  public void doLayout() {
    Dimension whole = fields.getPreferredSize();
    boolean all = whole.height <= getHeight();
    int width = all ? 0 : bar.getPreferredSize().width;
    if (bar.isVisible() == all) bar.setVisible(!all);
    bar.setBounds(getWidth() - width, 0, width, getHeight());
    view.setBounds(0, 0, getWidth() - width, getHeight());
    fields.setSize(whole);
    if (!all) {
      int value = Math.min(bar.getValue(), whole.height - getHeight());
      bar.setValues(value, getHeight(), 0, whole.height);
      bar.setBlockIncrement(getHeight());
    }
    move();
  }

  @Override
  public Dimension getPreferredSize() {
    Dimension whole = fields.getPreferredSize();
    int height = Math.min(whole.height, room());
    int width = height < whole.height ? bar.getPreferredSize().width : 0;
    return new Dimension(whole.width + width, height);
  }

  @Override
  public Dimension getMinimumSize() {
    Dimension preferred = getPreferredSize();
    return new Dimension(preferred.width, Math.min(preferred.height, 2 * UNIT));
  }

  /** The height that the screen has for it beside the other parts of the dialog. */
  private int room() {
    Container dialog = getParent();
    GridBagLayout layout = (GridBagLayout) dialog.getLayout();
    Insets frame = dialog.getInsets();
    int others = frame.top + frame.bottom;
    for (Component part : dialog.getComponents()) {
      Insets gaps = layout.getConstraints(part).insets;
      others += gaps.top + gaps.bottom + (part == this ? 0 : part.getPreferredSize().height);
    }
    return DialogSize.screen(dialog).height - others;
  }
}
