/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Adjustable;
import java.awt.Component;
import java.awt.event.AdjustmentListener;

/** A number between a minimum and a maximum. */
public class Scrollbar extends Component implements Adjustable {

  private static final long serialVersionUID = 1;

  private int orientation;
  private int value;
  private int visible;
  private int minimum;
  private int maximum;
  private int unit = 1;
  private int block = 10;

  /** Makes a vertical scroll bar of 0…100. */
  public Scrollbar() {
    this(VERTICAL);
  }

  /** Makes a scroll bar of 0…100. */
  public Scrollbar(int orientation) {
    this(orientation, 0, 10, 0, 100);
  }

  /** Makes a scroll bar. */
  public Scrollbar(int orientation, int value, int visible, int minimum, int maximum) {
    this.orientation = orientation;
    setValues(value, visible, minimum, maximum);
  }

  /** Sets all numbers; the value lies between the minimum and the maximum without the visible. */
  public void setValues(int value, int visible, int minimum, int maximum) {
    this.minimum = minimum;
    this.maximum = Math.max(maximum, minimum + 1);
    this.visible = Math.max(1, Math.min(visible, this.maximum - minimum));
    setValue(value);
  }

  @Override
  public int getOrientation() {
    return orientation;
  }

  @Override
  public int getValue() {
    return value;
  }

  @Override
  public void setValue(int value) {
    this.value = Math.max(minimum, Math.min(value, maximum - visible));
  }

  @Override
  public int getMinimum() {
    return minimum;
  }

  @Override
  public void setMinimum(int minimum) {
    setValues(value, visible, minimum, maximum);
  }

  @Override
  public int getMaximum() {
    return maximum;
  }

  @Override
  public void setMaximum(int maximum) {
    setValues(value, visible, Math.min(minimum, maximum - 1), maximum);
  }

  @Override
  public int getVisibleAmount() {
    return visible;
  }

  @Override
  public void setVisibleAmount(int visible) {
    setValues(value, visible, minimum, maximum);
  }

  @Override
  public int getUnitIncrement() {
    return unit;
  }

  @Override
  public void setUnitIncrement(int unit) {
    this.unit = unit;
  }

  @Override
  public int getBlockIncrement() {
    return block;
  }

  @Override
  public void setBlockIncrement(int block) {
    this.block = block;
  }

  /** Ignores the listener, which would never be called. */
  @Override
  public void addAdjustmentListener(AdjustmentListener listener) {}

  @Override
  public void removeAdjustmentListener(AdjustmentListener listener) {}
}
