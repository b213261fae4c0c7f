/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.imagej;

import ij.macro.Interpreter;
import java.awt.EventQueue;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Window;
import java.awt.event.ComponentAdapter;
import java.awt.event.ComponentEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds the size and place that a window is given just after it has opened. An X server tells the
 * size and place in which a window opened some time after that, and AWT then takes them for new
 * ones. A change to any other size or place stays, as it is the user's or a macro's.
 */
public final class HeldBounds extends ComponentAdapter {

  /** How long a server may take to tell, in nanoseconds. */
  private static final long LONGEST = 1_000_000_000L;

  /** Where a window without a place opens. */
  private static final Point CORNER = new Point(0, 0);

  private final Window window;
  private final List<Rectangle> earlier;
  private final Rectangle wanted;
  private final boolean isMacro = Interpreter.getInstance() != null;
  private final long end = System.nanoTime() + LONGEST;

  private HeldBounds(Window window, List<Rectangle> earlier, Rectangle wanted) {
    this.window = window;
    this.earlier = earlier;
    this.wanted = wanted;
  }

  /**
   * Holds a window no longer: before its size is tried and {@link #set}.
   *
   * @return the bounds that it has and those that it had
   */
  public static List<Rectangle> release(Window window) {
    List<Rectangle> earlier = new ArrayList<>(List.of(window.getBounds()));
    Arrays.stream(window.getComponentListeners())
        .filter(HeldBounds.class::isInstance)
        .map(HeldBounds.class::cast)
        .forEach(
            held -> {
              window.removeComponentListener(held);
              earlier.addAll(held.earlier);
            });
    return earlier;
  }

  /**
   * Gives a window a size and a place, and holds them for a second.
   *
   * @param earlier bounds, which {@link #release} returned
   * @param wanted in pixels of the screen
   */
  public static void set(Window window, List<Rectangle> earlier, Rectangle wanted) {
    HeldBounds held = new HeldBounds(window, earlier, wanted);
    window.setBounds(wanted);
    window.addComponentListener(held);
    EventQueue.invokeLater(held::restore); // a change between the two lines above
  }

  @Override
  public void componentResized(ComponentEvent e) {
    restore();
  }

  @Override
  public void componentMoved(ComponentEvent e) {
    restore();
  }

  private void restore() {
    if (System.nanoTime() - end > 0) {
      window.removeComponentListener(this);
      return;
    }
    Rectangle now = window.getBounds();
    Rectangle held = new Rectangle(now);
    if (earlier.stream().anyMatch(bounds -> bounds.getSize().equals(now.getSize()))) {
      held.setSize(wanted.getSize());
    }
    if (isEarlier(now.getLocation())) held.setLocation(wanted.getLocation());
    if (!held.equals(now)) window.setBounds(held);
  }

  private boolean isEarlier(Point place) {
    return (!isMacro && place.equals(CORNER))
        || earlier.stream().anyMatch(bounds -> bounds.getLocation().equals(place));
  }
}
