/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import ij.gui.HTMLDialog;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.EventQueue;
import java.awt.FlowLayout;
import java.awt.Rectangle;
import java.awt.event.ComponentAdapter;
import java.awt.event.ComponentEvent;
import java.util.List;
import javax.swing.BorderFactory;
import javax.swing.Box;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.KeyStroke;
import javax.swing.UIManager;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.dialogs.InputCheck;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Key;

/**
 * A dialog: the keys of the first look, a button for more, below them the error or the time and
 * memory of a run, and OK, which needs valid entries.
 */
final class DialogWindow {

  private static final Color WRONG = new Color(0xb00020);
  private static final int MARGIN = 8;

  private final DiffusionCommand command;
  private final DialogOrder fields;
  private final DialogPanel panel;
  private final JDialog dialog = new JDialog();
  private final FieldGrid grid;
  private final JTextArea subject = lines(1);
  private final JTextArea message = lines(2);
  private final JButton toggle = button(DialogOrder.MORE, this::toggleMore);
  private final JButton ok = new JButton("OK");
  private boolean accepted;

  /** Not yet shown. */
  DialogWindow(DiffusionCommand command, String subject, DialogOrder fields, DialogPanel panel) {
    this.command = command;
    this.subject.setText(subject);
    this.fields = fields;
    this.panel = panel;
    grid = new FieldGrid(panel, fields.first(), fields.more());
  }

  /** Shows another first line; in any thread. */
  void showSubject(String text) {
    EventQueue.invokeLater(() -> subject.setText(text));
  }

  /** Shows a check of the inputs; in any thread. */
  void say(InputCheck verdict) {
    EventQueue.invokeLater(
        () -> {
          message.setText(verdict.lines());
          Color usual = UIManager.getColor("Label.foreground");
          message.setForeground(verdict.right() ? usual : WRONG);
          ok.setEnabled(verdict.right());
          mark(fields.first(), verdict);
          mark(fields.more(), verdict);
          fitIfClipped();
        });
  }

  private void mark(List<Key> keys, InputCheck verdict) {
    for (Key key : keys) {
      JComponent field = panel.getWidget(key.input()).getComponent();
      boolean wrong = verdict.refuses(key.name());
      Color colour = wrong ? WRONG : field.getBackground();
      field.setBorder(BorderFactory.createLineBorder(colour));
    }
  }

  /**
   * Shows the dialog until it is closed; in AWT's thread.
   *
   * @param all whether it begins with the keys behind the button
   */
  void ask(boolean all) {
    JPanel content = new JPanel(new BorderLayout());
    content.setBorder(BorderFactory.createEmptyBorder(MARGIN, MARGIN, MARGIN, MARGIN));
    content.add(grid.panel(), BorderLayout.NORTH);
    Fields.scrollToFocus(content);
    content.addComponentListener(
        new ComponentAdapter() {
          @Override
          public void componentResized(ComponentEvent event) {
            fitIfClipped();
          }
        });
    showMore(all);
    dialog.setTitle(command.label());
    dialog.setModal(true);
    if (!subject.getText().isEmpty()) dialog.add(subject, BorderLayout.NORTH);
    dialog.add(scrolled(content), BorderLayout.CENTER);
    dialog.add(south(), BorderLayout.SOUTH);
    dialog.getRootPane().setDefaultButton(ok);
    onKey("ESCAPE", dialog::dispose);
    onKey("ctrl ENTER", ok::doClick);
    onKey("meta ENTER", ok::doClick);
    fit();
    Fields.within(content, JTextArea.class).findFirst().ifPresent(JTextArea::selectAll);
    dialog.setLocationRelativeTo(null);
    dialog.setVisible(true);
  }

  private void onKey(String key, Runnable action) {
    dialog
        .getRootPane()
        .registerKeyboardAction(
            event -> action.run(), KeyStroke.getKeyStroke(key), JComponent.WHEN_IN_FOCUSED_WINDOW);
  }

  private static JScrollPane scrolled(JComponent content) {
    JScrollPane scroll = new JScrollPane(content);
    scroll.setBorder(null);
    scroll.getVerticalScrollBar().setUnitIncrement(2 * MARGIN);
    return scroll;
  }

  private void fitIfClipped() {
    if (!dialog.isShowing()) return;
    Dimension needed = dialog.getPreferredSize();
    Dimension most = most();
    if (Math.min(needed.height, most.height) > dialog.getHeight()
        || Math.min(needed.width, most.width) > dialog.getWidth()) {
      fit();
    }
  }

  /** The size that the screen allows. */
  private Dimension most() {
    Rectangle screen = dialog.getGraphicsConfiguration().getBounds();
    return new Dimension(screen.width, screen.height - 4 * MARGIN);
  }

  /** As large as its content, but not larger than the screen, and on it. */
  private void fit() {
    dialog.pack();
    Rectangle screen = dialog.getGraphicsConfiguration().getBounds();
    int width = Math.min(most().width, dialog.getWidth() + 2 * MARGIN);
    int height = Math.min(most().height, dialog.getHeight());
    int x = Math.max(screen.x, Math.min(dialog.getX(), screen.x + screen.width - width));
    int y = Math.max(screen.y, Math.min(dialog.getY(), screen.y + screen.height - height));
    dialog.setBounds(x, y, width, height);
  }

  private static JTextArea lines(int rows) {
    JTextArea lines = Fields.lines(rows);
    lines.setBorder(BorderFactory.createEmptyBorder(MARGIN, 2 * MARGIN, 0, 2 * MARGIN));
    return lines;
  }

  private JPanel south() {
    JPanel south = new JPanel(new BorderLayout());
    south.add(message, BorderLayout.CENTER);
    south.add(buttons(), BorderLayout.SOUTH);
    return south;
  }

  private JPanel buttons() {
    JPanel buttons = new JPanel(new FlowLayout(FlowLayout.TRAILING));
    if (!fields.more().isEmpty()) {
      buttons.add(toggle);
    }
    buttons.add(button("Help", this::help));
    buttons.add(Box.createHorizontalStrut(4 * MARGIN));
    buttons.add(button("Cancel", dialog::dispose));
    ok.addActionListener(event -> accept());
    buttons.add(ok);
    return buttons;
  }

  /** Ends the dialog, unless a number that was being typed is none. */
  private void accept() {
    if (Fields.commit(dialog)) {
      accepted = true;
      dialog.dispose();
    } else {
      dialog.getToolkit().beep();
    }
  }

  private static JButton button(String label, Runnable action) {
    JButton button = new JButton(label);
    button.addActionListener(event -> action.run());
    return button;
  }

  private void showMore(boolean shown) {
    grid.showMore(shown);
    toggle.setText(shown ? DialogOrder.LESS : DialogOrder.MORE);
  }

  private void toggleMore() {
    showMore(!grid.showsMore());
    fit();
    if (grid.showsMore()) {
      dialog.setLocationRelativeTo(null);
    }
  }

  private void help() {
    new HTMLDialog(dialog, command.label(), command.help(fields.all()));
  }

  /** Whether OK was chosen. */
  boolean isAccepted() {
    return accepted;
  }
}
