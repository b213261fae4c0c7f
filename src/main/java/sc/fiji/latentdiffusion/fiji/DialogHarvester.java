/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.awt.EventQueue;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.swing.JPanel;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.widget.AbstractInputHarvester;
import org.scijava.widget.InputPanel;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.LastValues;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogTexts;
import sc.fiji.latentdiffusion.hosts.dialogs.InputCheck;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;

/** Asks for those inputs of a command that are still open, in a dialog of this plugin's own. */
final class DialogHarvester extends AbstractInputHarvester<JPanel, JPanel> {

  private DialogTexts texts;

  @Override
  public InputPanel<JPanel, JPanel> createInputPanel() {
    return new DialogPanel();
  }

  @Override
  public void buildPanel(InputPanel<JPanel, JPanel> inputPanel, Module module)
      throws ModuleException {
    begin(module);
    super.buildPanel(inputPanel, module);
  }

  /**
   * Sets the open inputs to the values with which the dialog begins: those of a dialog whose run
   * has failed, or this plugin's own, not SciJava's, which are those of scripts, too.
   */
  private void begin(Module module) {
    Inputs inputs = new Inputs(module);
    DiffusionCommand command = (DiffusionCommand) module.getDelegateObject();
    Map<String, String> given = new HashMap<>(command.asked());
    Map<String, String> now = inputs.values();
    now.keySet().retainAll(inputs.resolved());
    given.putAll(now);
    Map<String, String> last = new LastValues(command, inputs.keys()).get();
    texts = new DialogTexts(command::dialogStart, inputs.defaults(), last, given);
    inputs.setAll(texts.shown());
  }

  @Override
  public boolean harvestInputs(InputPanel<JPanel, JPanel> inputPanel, Module module) {
    DialogPanel panel = (DialogPanel) inputPanel;
    Inputs inputs = new Inputs(module);
    List<Key> open = new ArrayList<>(inputs.keys());
    open.removeIf(key -> panel.getWidget(key.input()) == null);
    DialogOrder fields = new DialogOrder(open, inputs.image());
    open.removeAll(fields.first());
    open.removeAll(fields.more());
    reset(inputs, open);
    DiffusionCommand command = (DiffusionCommand) module.getDelegateObject();
    DialogWindow window = new DialogWindow(command, texts.subject(), fields, panel);
    boolean all = fields.more().stream().map(Key::name).anyMatch(texts::isChosen);
    Runnable change =
        () -> {
          follow(inputs, panel);
          window.showSubject(texts.subject());
          settle(inputs, panel);
          InputCheck verdict = command.verdict();
          window.say(verdict);
          if (verdict.right()) showUsed(command.used(), panel);
        };
    panel.onChange(change);
    change.run();
    command.opened(texts.shown());
    try {
      EventQueue.invokeAndWait(() -> window.ask(all));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
    command.setAsked(window.isAccepted() ? inputs.values() : Map.of());
    return window.isAccepted();
  }

  /** Gives other texts to fields that follow what the user has changed. */
  private void follow(Inputs inputs, DialogPanel panel) {
    Map<String, String> now = inputs.values();
    Map<String, String> others = texts.follow(now);
    if (others.isEmpty()) return;
    now.putAll(others);
    inputs.setAll(now);
    EventQueue.invokeLater(() -> panel.show(others.keySet()));
  }

  private static void showUsed(Map<String, String> used, DialogPanel panel) {
    EventQueue.invokeLater(() -> panel.showUsed(used));
  }

  /** Gives a key its default where the value of another one makes it useless. */
  private static void settle(Inputs inputs, DialogPanel panel) {
    Map<String, String> texts = inputs.values();
    reset(inputs, inputs.keys().stream().filter(key -> !key.counts(texts)).toList());
    EventQueue.invokeLater(() -> panel.enable(inputs.keys(), texts));
  }

  /** Gives keys their defaults, whatever they were the last time. */
  private static void reset(Inputs inputs, List<Key> keys) {
    if (keys.isEmpty()) return;
    Map<String, String> texts = inputs.values();
    keys.forEach(key -> texts.remove(key.name()));
    inputs.setAll(texts);
  }
}
