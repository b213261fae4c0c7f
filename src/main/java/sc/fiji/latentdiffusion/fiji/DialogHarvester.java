package sc.fiji.latentdiffusion.fiji;

import java.awt.EventQueue;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.swing.JPanel;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.widget.AbstractInputHarvester;
import org.scijava.widget.InputPanel;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Inputs;

/** Asks for those inputs of a command that are still open, in a dialog of this plugin's own. */
final class DialogHarvester extends AbstractInputHarvester<JPanel, JPanel> {

  @Override
  public InputPanel<JPanel, JPanel> createInputPanel() {
    return new DialogPanel();
  }

  @Override
  public boolean harvestInputs(InputPanel<JPanel, JPanel> inputPanel, Module module) {
    DialogPanel panel = (DialogPanel) inputPanel;
    Inputs inputs = new Inputs(module);
    List<ModuleItem<?>> open = new ArrayList<>(inputs.items());
    open.removeIf(input -> panel.getWidget(input.getName()) == null);
    DialogOrder fields = new DialogOrder(open, inputs.image());
    open.removeAll(fields.first());
    open.removeAll(fields.more());
    reset(inputs, open);
    DialogWindow window = new DialogWindow(module.getInfo(), fields, panel);
    boolean all = isChanged(inputs, fields.more());
    DiffusionCommand command = (DiffusionCommand) module.getDelegateObject();
    Runnable change =
        () -> {
          settle(inputs, panel);
          window.say(command.verdict());
        };
    panel.onChange(change);
    change.run();
    try {
      EventQueue.invokeAndWait(() -> window.ask(all));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
    if (window.isAccepted()) {
      command.setAsked();
    }
    return window.isAccepted();
  }

  /** Whether what is not seen at first has been changed, so that it had better be seen. */
  private static boolean isChanged(Inputs inputs, List<ModuleItem<?>> items) {
    Map<String, String> values = inputs.values();
    values.entrySet().removeAll(inputs.defaults().entrySet());
    return items.stream().map(ModuleItem::getName).anyMatch(values::containsKey);
  }

  /** What counts only where another input is so or so has its default elsewhere. */
  private static void settle(Inputs inputs, DialogPanel panel) {
    Map<String, String> texts = inputs.values();
    reset(
        inputs,
        inputs.items().stream().filter(i -> !DialogOrder.counts(i.getName(), texts)).toList());
    EventQueue.invokeLater(() -> panel.enable(inputs.items(), texts));
  }

  /** What makes no difference to the image has its default, whatever it was the last time. */
  private static void reset(Inputs inputs, List<ModuleItem<?>> items) {
    if (items.isEmpty()) return;
    Map<String, String> texts = inputs.values();
    items.forEach(item -> texts.remove(item.getName()));
    inputs.setAll(texts);
  }
}
