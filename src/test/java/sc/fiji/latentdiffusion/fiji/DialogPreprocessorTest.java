/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.KeyboardFocusManager;
import java.util.List;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.PluginService;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.keys.Help;
import sc.fiji.latentdiffusion.keys.Key;

class DialogPreprocessorTest {

  @Test
  void whereThereIsNoUserInterfaceItIsMadeWithoutAnErrorAndAsksNothing() throws Exception {
    System.setProperty("java.awt.headless", "true");
    try (Context context = new Context(CommandService.class, PluginService.class)) {
      List<DialogPreprocessor> made =
          context
              .service(PluginService.class)
              .createInstancesOfType(PreprocessorPlugin.class)
              .stream()
              .filter(DialogPreprocessor.class::isInstance)
              .map(DialogPreprocessor.class::cast)
              .toList();
      assertEquals(1, made.size());
      Module module = new CommandInfo(TextToImage.class).createModule();
      made.get(0).process(module);
      assertFalse(made.get(0).isCanceled());
      assertFalse(module.isInputResolved("steps"));
    }
  }

  @Test
  void textsBreakTheirLinesAndTabGoesOn() {
    JTextArea area = new JTextArea("green nuclei", 5, 20);
    JPanel panel = new JPanel();
    panel.add(new JScrollPane(area));
    Fields.fit(panel);
    assertTrue(area.getLineWrap() && area.getWrapStyleWord());
    assertEquals(
        panel.getFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS),
        area.getFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS));
  }

  @Test
  void theHelpSaysWhichKeysDoWhatWhereThereIsATextOfSeveralLines() {
    CommandInfo info = new CommandInfo(TextToImage.class);
    List<Key> prompt = List.of(new Key(info.getInput("prompt")));
    assertTrue(Help.html(info, prompt, List.of()).contains("Ctrl+Enter is OK"));
    List<Key> steps = List.of(new Key(info.getInput("steps")));
    assertFalse(Help.html(info, steps, List.of()).contains("Ctrl+Enter"));
  }
}
