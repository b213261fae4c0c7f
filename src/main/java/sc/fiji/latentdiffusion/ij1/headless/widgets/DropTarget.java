/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;
import java.awt.dnd.DropTargetListener;

/** A component to which nobody drags anything. */
public class DropTarget {

  /** Ignores the listener, which would never be called. */
  public DropTarget(Component component, DropTargetListener listener) {}
}
