/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Component;
import java.awt.Dimension;
import java.awt.GridLayout;
import java.util.Arrays;
import java.util.List;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JLabel;
import javax.swing.JPanel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleService;
import org.scijava.widget.WidgetService;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;

/** Where the fields of Fiji's dialogs stand. */
class FieldGridTest {

  private static Context context;

  private DialogPanel widgets;
  private final FieldGrid grid = grid(TextToImage.class);

  @BeforeAll
  static void open() {
    context = new Context(WidgetService.class, ModuleService.class, ConvertService.class);
  }

  @AfterAll
  static void close() {
    context.dispose();
  }

  private FieldGrid grid(Class<? extends Command> command) {
    try {
      widgets = new DialogPanel();
      CommandInfo info = new CommandInfo(command);
      Module module = info.createModule();
      List<Key> keys = Inputs.keys(info);
      keys.forEach(key -> widgets.addWidget(widget(key, module)));
      DialogOrder order = new DialogOrder(keys, null);
      return new FieldGrid(widgets, order.first(), order.more());
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes a field of some size, in flags with a box. */
  private PlainField widget(Key key, Module module) {
    PlainField field = new PlainField(context, widgets, module, key);
    JPanel component = field.getComponent();
    component.setLayout(new GridLayout());
    component.setName(key.name());
    if (key.type() == boolean.class) {
      component.add(new JCheckBox());
    } else {
      component.setPreferredSize(new Dimension(20 + 10 * key.name().length(), 20));
    }
    return field;
  }

  private Component field(String key) {
    return widgets.getWidget(key).getComponent();
  }

  private void layOut(int width) {
    grid.panel().setSize(width, grid.panel().getPreferredSize().height);
    grid.panel().doLayout();
  }

  private void assertSameColumn(String... keys) {
    for (String key : keys) {
      assertEquals(field(keys[0]).getX(), field(key).getX(), key);
      assertEquals(field(keys[0]).getWidth(), field(key).getWidth(), key);
    }
  }

  @Test
  void fieldsOfAllPartsStandInTheSameColumnsOfEqualWidth() {
    grid.showMore(true);
    for (int width : new int[] {grid.panel().getPreferredSize().width, 900}) {
      layOut(width);
      assertSameColumn("width", "steps", "seed", "precision", "clipskip");
      assertSameColumn("height", "guidance", "device");
      assertSameColumn("prompt", "negative", "model", "lora");
      assertEquals(field("width").getWidth(), field("height").getWidth());
      int right = field("height").getX() + field("height").getWidth();
      assertEquals(right, field("prompt").getX() + field("prompt").getWidth());
    }
  }

  @Test
  void aSeedAndItsButtonStandInTheColumnsOfTheOtherFields() {
    FieldGrid posterior = grid(ShowLatent.class);
    JPanel panel = posterior.panel();
    panel.setSize(panel.getPreferredSize());
    panel.doLayout();
    assertSameColumn("posterior", "seed");
    Component random =
        Arrays.stream(panel.getComponents())
            .filter(JButton.class::isInstance)
            .findFirst()
            .orElseThrow();
    int right = field("maximum").getX() + field("maximum").getWidth();
    assertTrue(random.getX() + random.getWidth() <= right, random + " ends at " + right);
  }

  @Test
  void fieldsBelowTheLineAreHiddenUntilTheyAreAskedFor() {
    assertTrue(grid.showsMore());
    grid.showMore(false);
    assertFalse(grid.showsMore());
    assertFalse(field("clipskip").isVisible());
    assertTrue(field("steps").isVisible());
  }

  @Test
  void flagsHaveTheirLabelsBesideThem() {
    List<String> labels =
        Arrays.stream(grid.panel().getComponents())
            .filter(JLabel.class::isInstance)
            .map(label -> ((JLabel) label).getText())
            .toList();
    assertTrue(labels.contains("Steps"), labels.toString());
    assertFalse(labels.contains("Brackets weigh words"), labels.toString());
    for (String key : new String[] {"weighting", "noise"}) {
      JCheckBox box = Fields.within(field(key), JCheckBox.class).findFirst().orElseThrow();
      assertEquals(key.equals("noise") ? "Noise" : "Brackets weigh words", box.getText());
    }
  }
}
