package sc.fiji.latentdiffusion.fiji;

import java.awt.Component;
import java.awt.Container;
import java.awt.KeyboardFocusManager;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.swing.JTextArea;

/**
 * The text areas of SciJava's widgets, made easy for prose: lines break at words, and Tab goes on
 * to the next field. (Ctrl+Enter is OK, see {@code DialogWindow}.)
 */
final class TextAreas {

  private static final int ROWS = 3;

  private TextAreas() {}

  /** Those in a component, in their order. */
  static Stream<JTextArea> within(Component component) {
    if (component instanceof JTextArea area) {
      return Stream.of(area);
    }
    return component instanceof Container container
        ? Arrays.stream(container.getComponents()).flatMap(TextAreas::within)
        : Stream.empty();
  }

  /** Makes one easy for prose. */
  static void ease(JTextArea area) {
    area.setRows(ROWS);
    area.setLineWrap(true);
    area.setWrapStyleWord(true);
    area.setFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, null);
    area.setFocusTraversalKeys(KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS, null);
  }
}
