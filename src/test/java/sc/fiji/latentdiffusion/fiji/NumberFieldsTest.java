/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import javax.swing.JFormattedTextField;
import javax.swing.JPanel;
import javax.swing.JSpinner;
import javax.swing.SpinnerNumberModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleService;
import org.scijava.widget.AbstractInputWidget;
import org.scijava.widget.WidgetModel;
import org.scijava.widget.WidgetService;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;

/** What a number field of Fiji's dialogs shows is what the run uses. */
class NumberFieldsTest {

  private static Context context;

  @BeforeAll
  static void open() {
    context =
        new Context(
            CommandService.class,
            DiffusionService.class,
            WidgetService.class,
            ModuleService.class,
            ConvertService.class);
  }

  @AfterAll
  static void close() {
    context.dispose();
  }

  /** SciJava's number widget, which shows as many digits as step, bounds and first value have. */
  private static final class Numbers extends AbstractInputWidget<Number, JPanel> {

    private final JPanel panel = new JPanel();
    private JSpinner spinner;

    @Override
    public void set(WidgetModel model) {
      super.set(model);
      Number first = (Number) model.getValue();
      spinner =
          new JSpinner(
              new SpinnerNumberModel(
                  first,
                  (Comparable<?>) model.getMin(),
                  (Comparable<?>) model.getMax(),
                  model.getStepSize()));
      boolean halves = model.getStepSize().doubleValue() % 1 == 0.5;
      spinner.setEditor(new JSpinner.NumberEditor(spinner, halves ? "0.0" : "0"));
      spinner.addChangeListener(event -> updateModel());
      panel.add(spinner);
    }

    @Override
    public Number getValue() {
      return (Number) spinner.getValue();
    }

    @Override
    public void refreshWidget() {
      spinner.setValue(get().getValue());
    }

    @Override
    public JPanel getComponent() {
      return panel;
    }

    @Override
    public Class<JPanel> getComponentType() {
      return JPanel.class;
    }
  }

  private static Module module(Class<? extends DiffusionCommand> command) {
    try {
      return new CommandInfo(command).createModule();
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The spinner of a key in a dialog of a command. */
  private static JSpinner spinner(Module module, Key key) {
    DialogPanel panel = new DialogPanel();
    WidgetModel model =
        context.service(WidgetService.class).createModel(panel, module, key.item(), List.of());
    Numbers widget = new Numbers();
    widget.set(model);
    panel.addWidget(widget);
    new FieldGrid(panel, List.of(key), List.of());
    return widget.spinner;
  }

  private static JSpinner spinner(Module module, String key) {
    return spinner(module, new Key(module.getInfo().getInput(key)));
  }

  private static JFormattedTextField field(JSpinner spinner) {
    return ((JSpinner.DefaultEditor) spinner.getEditor()).getTextField();
  }

  private static boolean type(JSpinner spinner, String text) {
    field(spinner).setText(text);
    return Fields.commit(spinner);
  }

  @Test
  void everyNumberOfEveryCommandIsShownFully() {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Module module : modules()) {
      for (Key key : new Inputs(module).keys()) {
        if (key.type() == double.class || key.type() == int.class || key.type() == long.class) {
          JSpinner spinner = spinner(module, key);
          for (Number value : values(key)) {
            seen++;
            spinner.setValue(value);
            String shown = field(spinner).getText();
            Object used = module.getInput(key.input());
            if (Double.parseDouble(shown) != ((Number) used).doubleValue()) {
              wrong.add(
                  module.getInfo().getLabel() + ", " + key.name() + ": " + shown + " for " + used);
            }
          }
        }
      }
    }
    assertTrue(seen > 60, seen + " were seen");
    assertEquals(List.of(), wrong);
  }

  private static List<Module> modules() {
    return context.service(CommandService.class).getCommands().stream()
        .map(info -> context.service(ModuleService.class).createModule(info))
        .filter(module -> module.getDelegateObject() instanceof DiffusionCommand)
        .toList();
  }

  private static List<Number> values(Key key) {
    if (key.type() == int.class) {
      return List.of(1, 7);
    }
    return key.type() == long.class
        ? List.of(1L, 4294967295L)
        : List.of(0.25, 0.75, 0.5, 0.123456789, 1.0 / 3, 1e-9);
  }

  @Test
  void aNumberThatIsTypedIsUsedAndShownAsItIs() {
    Module module = module(TextToImage.class);
    JSpinner threshold = spinner(module, "threshold");
    assertEquals("15", field(threshold).getText());
    assertTrue(type(threshold, "7.25"));
    assertEquals(7.25, module.getInput("threshold"));
    assertEquals("7.25", field(threshold).getText());
    Module latent = module(ShowLatent.class);
    JSpinner minimum = spinner(latent, "minimum");
    assertTrue(type(minimum, "-0.25"));
    assertEquals(-0.25, latent.getInput("minimum"));
    assertEquals("-0.25", field(minimum).getText());
  }

  @Test
  void aTextThatIsNoNumberOfTheRangeGivesWayToTheNumberThatIsUsed() {
    Module module = module(ShowSchedule.class);
    JSpinner strength = spinner(module, "strength");
    assertTrue(type(strength, "0.5"));
    assertFalse(type(strength, "2"));
    assertEquals("0.5", field(strength).getText());
    assertFalse(type(strength, "half"));
    assertEquals("0.5", field(strength).getText());
    assertEquals(0.5, module.getInput("strength"));
  }

  @Test
  void stepsAddDecimalNumbers() {
    Module module = module(ImageToImage.class);
    JSpinner strength = spinner(module, "strength");
    strength.setValue(57 * 0.01); // as the slider does
    assertEquals(0.57, module.getInput("strength"));
    assertEquals("0.57", field(strength).getText());
    strength.setValue(0.69);
    strength.setValue(strength.getNextValue());
    assertEquals("0.7", field(strength).getText());
  }

  @Test
  void aWordStandsForZeroAndBothCanBeTyped() {
    Module module = module(TextToImage.class);
    JSpinner width = spinner(module, "width");
    assertEquals("model's size", field(width).getText());
    assertTrue(type(width, "256"));
    assertEquals(256, module.getInput("width"));
    assertTrue(type(width, " model's size"));
    assertEquals(0, module.getInput("width"));
    assertTrue(type(width, "0"));
    assertEquals("model's size", field(width).getText());
    assertFalse(type(width, "-8"));
    assertFalse(type(width, "the size of the model"));
  }

  @Test
  void aDisabledFieldShowsTheValueThatARunUsesAndKeepsItsNumber() {
    Module module = module(ImageToImage.class);
    JSpinner maximum = spinner(module, "maximum");
    maximum.setEnabled(false);
    Fields.show(maximum, "235");
    assertTrue(Fields.commit(maximum));
    assertEquals("235", field(maximum).getText());
    assertEquals(255.0, module.getInput("maximum"));
    maximum.setEnabled(true);
    assertTrue(Fields.commit(maximum));
    assertEquals(235.0, module.getInput("maximum"));
  }
}
