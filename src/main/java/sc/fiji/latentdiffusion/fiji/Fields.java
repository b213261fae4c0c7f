/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.KeyboardFocusManager;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.math.BigDecimal;
import java.math.MathContext;
import java.text.NumberFormat;
import java.text.ParseException;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.swing.JComponent;
import javax.swing.JSpinner;
import javax.swing.JTextArea;
import javax.swing.SpinnerNumberModel;
import javax.swing.text.DefaultFormatterFactory;
import javax.swing.text.NumberFormatter;

/**
 * The fields of SciJava's widgets, made fit for their contents. In text areas lines break at words,
 * and Tab goes on to the next field. (Ctrl+Enter is OK, see {@code DialogWindow}.) Spinners show
 * all digits of their numbers, where SciJava shows as many as the step has; and 57 steps of a
 * slider make 0.57, not 0.5700000000000001.
 */
final class Fields {

  private static final int ROWS = 3;

  /** Enough for any double. */
  private static final int FRACTION_DIGITS = 340;

  private Fields() {}

  /** Makes all fields in a component fit. */
  static void fit(Component component) {
    within(component, JTextArea.class).forEach(Fields::fit);
    within(component, JSpinner.class).forEach(Fields::fit);
  }

  /** Scrolls every part of a component into view when it gets the focus. */
  static void scrollToFocus(JComponent component) {
    for (Component part : component.getComponents()) {
      if (part instanceof JComponent inner) {
        inner.addFocusListener(
            new FocusAdapter() {
              @Override
              public void focusGained(FocusEvent event) {
                component.scrollRectToVisible(inner.getBounds()); // a text scrolls only itself
              }
            });
        scrollToFocus(inner);
      }
    }
  }

  /** Those of a kind in a component, in their order. */
  static <T extends Component> Stream<T> within(Component component, Class<T> kind) {
    if (kind.isInstance(component)) {
      return Stream.of(kind.cast(component));
    }
    return component instanceof Container container
        ? Arrays.stream(container.getComponents()).flatMap(part -> within(part, kind))
        : Stream.empty();
  }

  /** A text to be read only, whose lines wrap at the width that it has; at least some of them. */
  static JTextArea lines(int rows) {
    JTextArea lines = new Lines(rows);
    lines.setEditable(false);
    lines.setFocusable(false);
    lines.setLineWrap(true);
    lines.setWrapStyleWord(true);
    lines.setOpaque(false);
    lines.setBorder(null);
    return lines;
  }

  private static void fit(JTextArea area) {
    if (!area.isEditable()) return;
    area.setRows(ROWS);
    area.setLineWrap(true);
    area.setWrapStyleWord(true);
    area.setFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, null);
    area.setFocusTraversalKeys(KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS, null);
  }

  private static void fit(JSpinner spinner) {
    if (spinner.getEditor() instanceof JSpinner.NumberEditor editor) {
      if (spinner.getValue() instanceof Double) {
        spinner.setModel(new DecimalNumbers(editor.getModel()));
      }
      editor.getFormat().setMaximumFractionDigits(FRACTION_DIGITS);
      editor.getTextField().setValue(spinner.getValue());
    }
  }

  /** Shows a word in place of the number 0; either can be typed. */
  static void showZeroAs(Component component, String word) {
    within(component, JSpinner.class)
        .filter(spinner -> spinner.getEditor() instanceof JSpinner.NumberEditor)
        .forEach(spinner -> showZeroAs(spinner, word));
  }

  private static void showZeroAs(JSpinner spinner, String word) {
    JSpinner.NumberEditor editor = (JSpinner.NumberEditor) spinner.getEditor();
    NumberFormatter formatter = new WordForZero(editor.getFormat(), word);
    formatter.setValueClass(spinner.getValue().getClass());
    formatter.setMinimum(editor.getModel().getMinimum());
    formatter.setMaximum(editor.getModel().getMaximum());
    editor.getTextField().setFormatterFactory(new DefaultFormatterFactory(formatter));
    editor.getTextField().setColumns(word.length());
  }

  /** Shows a text in a disabled number field, whose number stays. */
  static void show(Component component, String text) {
    within(component, JSpinner.class)
        .filter(spinner -> !spinner.isEnabled())
        .map(JSpinner::getEditor)
        .filter(JSpinner.DefaultEditor.class::isInstance)
        .forEach(editor -> ((JSpinner.DefaultEditor) editor).getTextField().setText(text));
  }

  /**
   * Takes over the numbers that are being typed in a component's enabled fields. A text that is
   * none, or outside of its range, gives way to the number that counts.
   *
   * @return whether all were numbers
   */
  static boolean commit(Component component) {
    return within(component, JSpinner.class)
            .filter(spinner -> spinner.isEnabled() && !commits(spinner))
            .count()
        == 0;
  }

  private static boolean commits(JSpinner spinner) {
    try {
      spinner.commitEdit();
      return true;
    } catch (ParseException e) {
      return false;
    } finally {
      if (spinner.getEditor() instanceof JSpinner.DefaultEditor editor) {
        editor.getTextField().setValue(spinner.getValue());
      }
    }
  }

  /** Lines that ask for no width; Swing's ask for what they have, so that a window only grows. */
  private static final class Lines extends JTextArea {

    private static final long serialVersionUID = 1L;

    Lines(int rows) {
      super(rows, 1);
    }

    @Override
    public Dimension getPreferredSize() {
      return new Dimension(getColumnWidth(), super.getPreferredSize().height);
    }
  }

  /** A format of numbers with a word for 0. */
  private static final class WordForZero extends NumberFormatter {

    private static final long serialVersionUID = 1L;

    private final String word;

    WordForZero(NumberFormat format, String word) {
      super(format);
      this.word = word;
    }

    @Override
    public String valueToString(Object value) throws ParseException {
      boolean isZero = value instanceof Number number && number.doubleValue() == 0;
      return isZero ? word : super.valueToString(value);
    }

    @Override
    public Object stringToValue(String text) throws ParseException {
      return super.stringToValue(text.strip().equals(word) ? "0" : text);
    }
  }

  /** Doubles as decimal numbers of the digits that every double keeps. */
  private static final class DecimalNumbers extends SpinnerNumberModel {

    private static final long serialVersionUID = 1L;

    private static final MathContext DIGITS = new MathContext(15);

    DecimalNumbers(SpinnerNumberModel as) {
      super(as.getNumber(), as.getMinimum(), as.getMaximum(), as.getStepSize());
    }

    @Override
    public void setValue(Object value) {
      super.setValue(
          BigDecimal.valueOf(((Number) value).doubleValue()).round(DIGITS).doubleValue());
    }
  }
}
