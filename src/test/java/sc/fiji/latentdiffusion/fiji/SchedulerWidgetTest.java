/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.awt.Component;
import java.util.List;
import java.util.stream.IntStream;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.widget.WidgetModel;
import org.scijava.widget.WidgetService;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

class SchedulerWidgetTest {

  private static final Context CONTEXT =
      new Context(
          DiffusionService.class, WidgetService.class, ModuleService.class, ConvertService.class);

  private final Module module = new CommandInfo(TextToImage.class).createModule();
  private final SchedulerWidget widget = widget();
  private final JComboBox<?> list = (JComboBox<?>) widget.getComponent().getComponent(0);

  SchedulerWidgetTest() throws ModuleException {}

  @AfterAll
  static void close() {
    CONTEXT.dispose();
  }

  private SchedulerWidget widget() {
    ModuleItem<?> item = module.getInfo().getInput("scheduler");
    WidgetService widgets = CONTEXT.service(WidgetService.class);
    WidgetModel model = widgets.createModel(new DialogPanel(), module, item, List.of());
    return assertInstanceOf(SchedulerWidget.class, widgets.create(model));
  }

  @Test
  void schedulersAreListedByTheirLabels() {
    List<String> labels =
        IntStream.range(0, list.getItemCount()).mapToObj(i -> label(list, i)).toList();
    assertEquals(Schedulers.labels(), labels);
  }

  private static <T> String label(JComboBox<T> list, int index) {
    Component label =
        list.getRenderer()
            .getListCellRendererComponent(
                new JList<>(), list.getItemAt(index), index, false, false);
    return ((JLabel) label).getText();
  }

  @Test
  void theDefaultIsSelectedAndWhatIsChosenIsTheShortName() {
    assertEquals("dpmpp_2m_k", list.getSelectedItem());
    list.setSelectedItem("euler");
    assertEquals("euler", module.getInput("scheduler"));
  }

  @Test
  void aNameThatIsNotInTheListGivesWayToTheOneShown() {
    module.setInput("scheduler", "eulr");
    widget.refreshWidget();
    assertEquals("dpmpp_2m_k", list.getSelectedItem());
    assertEquals("dpmpp_2m_k", module.getInput("scheduler"));
  }
}
