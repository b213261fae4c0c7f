/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.MenuShortcut;
import java.awt.event.ActionListener;
import java.util.ArrayList;

/** An entry of a menu. */
public class MenuItem extends MenuComponent {

  private final ArrayList<ActionListener> listeners = new ArrayList<>();
  private String label;
  private String command;
  private boolean enabled = true;

  /** Makes an entry without a text. */
  public MenuItem() {
    this("");
  }

  /** Makes an entry. */
  public MenuItem(String label) {
    this(label, null);
  }

  /** Makes an entry; its key is never pressed. */
  public MenuItem(String label, MenuShortcut key) {
    this.label = label;
  }

  /** Returns the text. */
  public String getLabel() {
    return label;
  }

  /** Changes the text. */
  public void setLabel(String label) {
    this.label = label;
  }

  /** Returns the command, the text unless it was set. */
  public String getActionCommand() {
    return command == null ? label : command;
  }

  /** Changes the command. */
  public void setActionCommand(String command) {
    this.command = command;
  }

  /** Returns whether it can be chosen. */
  public boolean isEnabled() {
    return enabled;
  }

  /** Changes whether it can be chosen. */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /** Adds a listener. */
  public void addActionListener(ActionListener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  public void removeActionListener(ActionListener listener) {
    listeners.remove(listener);
  }

  /** Returns the listeners. */
  public ActionListener[] getActionListeners() {
    return listeners.toArray(ActionListener[]::new);
  }
}
