package sc.fiji.latentdiffusion.dialogs;

import ij.ImagePlus;
import java.awt.EventQueue;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.swing.JPanel;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleItem;
import org.scijava.widget.AbstractInputHarvester;
import org.scijava.widget.InputPanel;
import sc.fiji.latentdiffusion.commands.DiffusionCommand;

/** Asks for those inputs of a command that are still open, in a dialog of this plugin's own. */
final class DialogHarvester extends AbstractInputHarvester<JPanel, JPanel> {

  @Override
  public InputPanel<JPanel, JPanel> createInputPanel() {
    return new DialogPanel();
  }

  @Override
  public boolean harvestInputs(InputPanel<JPanel, JPanel> inputPanel, Module module) {
    DialogPanel panel = (DialogPanel) inputPanel;
    Fields fields = asked(panel, module);
    DialogWindow window = new DialogWindow(module.getInfo(), fields, panel);
    boolean all = isChanged(module, fields.more());
    DiffusionCommand command = (DiffusionCommand) module.getDelegateObject();
    panel.onChange(() -> window.say(command.verdict()));
    window.say(command.verdict());
    try {
      EventQueue.invokeAndWait(() -> window.ask(all));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
    return window.isAccepted();
  }

  /** Whether what is not seen at first has been changed, so that it had better be seen. */
  private static boolean isChanged(Module module, List<ModuleItem<?>> inputs) {
    try {
      Module fresh = module.getInfo().createModule();
      return inputs.stream()
          .map(ModuleItem::getName)
          .anyMatch(key -> !Objects.equals(module.getInput(key), fresh.getInput(key)));
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Fields asked(DialogPanel panel, Module module) {
    ImagePlus active = null;
    List<ModuleItem<?>> inputs = new ArrayList<>();
    for (ModuleItem<?> input : module.getInfo().inputs()) {
      if (panel.getWidget(input.getName()) != null) {
        inputs.add(input);
      } else if (module.getInput(input.getName()) instanceof ImagePlus image) {
        active = image;
      }
    }
    return new Fields(inputs, active);
  }
}
