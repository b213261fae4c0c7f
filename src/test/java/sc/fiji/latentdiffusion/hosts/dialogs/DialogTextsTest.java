/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.dialogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.Prefs;
import ij.gui.OvalRoi;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.LastValues;
import sc.fiji.latentdiffusion.keys.Inputs;

/** The texts of Image to Image's dialog, as both hosts show them. */
class DialogTextsTest {

  private static final String REPAIRS = "Repairs the selection from its surroundings: the oval";

  private Context context;
  private final ImagePlus image = TestImages.ramp("8-bit", 512, 512, 1);
  private Inputs inputs;
  private ImageToImage command;

  @BeforeEach
  void open() throws Exception {
    context = new Context(CommandService.class, DiffusionService.class);
    Module module =
        context
            .service(ModuleService.class)
            .createModule(context.service(CommandService.class).getCommand(ImageToImage.class));
    inputs = new Inputs(module);
    forget();
    inputs.setImage(image);
    command = (ImageToImage) module.getDelegateObject();
    image.setRoi(new OvalRoi(200, 200, 96, 64));
  }

  @AfterEach
  void close() {
    context.dispose();
    forget();
  }

  private void forget() {
    for (String key : inputs.names()) Prefs.set("latentdiffusion.imagetoimage." + key, null);
  }

  private DialogTexts dialog() {
    Map<String, String> last = new LastValues(command, inputs.keys()).get();
    return new DialogTexts(command::dialogStart, inputs.defaults(), last, Map.of());
  }

  /** The texts of all fields after the user has changed some. */
  private static Map<String, String> changed(DialogTexts dialog, Map<String, String> changes) {
    Map<String, String> fields = dialog.shown();
    fields.putAll(changes);
    fields.putAll(dialog.follow(fields));
    assertEquals(Map.of(), dialog.follow(fields), "nothing more follows");
    return fields;
  }

  private static Map<String, String> typed(DialogTexts dialog, String prompt) {
    return changed(dialog, Map.of("prompt", prompt));
  }

  private static void assertTexts(Map<String, String> expected, Map<String, String> found) {
    Map<String, String> part = new HashMap<>(found);
    part.keySet().retainAll(expected.keySet());
    assertEquals(expected, part);
  }

  private static final Map<String, String> REPAIR =
      Map.of(
          "model",
          "repair",
          "prompt",
          "",
          "strength",
          "1",
          "guidance",
          "1",
          "steps",
          "10",
          "feather",
          "4",
          "context",
          "16",
          "scale",
          "false",
          "level",
          "true");

  @Test
  void aSelectionWithoutWordsIsRepaired() {
    DialogTexts dialog = dialog();
    assertTrue(dialog.subject().startsWith(REPAIRS), dialog.subject());
    assertTexts(REPAIR, dialog.shown());
  }

  @Test
  void withWordsTheDialogIsThatOfTheModelThatDrawsAndWithoutThemARepairAgain() {
    DialogTexts dialog = dialog();
    Map<String, String> words = typed(dialog, "nuclei");
    assertTrue(dialog.subject().startsWith("Repaints the oval selection"), dialog.subject());
    assertTexts(
        Map.of(
            "model",
            "",
            "prompt",
            "nuclei",
            "strength",
            "0.5",
            "guidance",
            "4",
            "steps",
            "20",
            "feather",
            "8",
            "context",
            "16",
            "level",
            "true"),
        words);
    assertTexts(REPAIR, typed(dialog, " ").isEmpty() ? Map.of() : typed(dialog, ""));
    assertTrue(dialog.subject().startsWith(REPAIRS), dialog.subject());
  }

  @Test
  void theUsersChoicesAreKept() {
    DialogTexts dialog = dialog();
    changed(dialog, Map.of("steps", "7", "level", "false"));
    assertTexts(Map.of("model", "", "steps", "7", "level", "false"), typed(dialog, "nuclei"));
    changed(dialog, Map.of("model", "sd15"));
    assertTexts(Map.of("model", "sd15", "steps", "7", "level", "false"), typed(dialog, ""));
  }

  @Test
  void theModelThatTheUserChoosesDecides() {
    DialogTexts dialog = dialog();
    assertTexts(
        Map.of("strength", "0.5", "prompt", "white nuclei on a dark background"),
        changed(dialog, Map.of("model", "")));
    assertTrue(dialog.subject().startsWith("Repaints"), dialog.subject());
    assertTexts(REPAIR, changed(dialog, Map.of("model", "repair")));
    assertTrue(dialog.subject().startsWith(REPAIRS), dialog.subject());
  }

  @Test
  void withoutASelectionNothingIsRepaired() {
    image.deleteRoi();
    DialogTexts dialog = dialog();
    assertTrue(dialog.subject().startsWith("Repaints all of"), dialog.subject());
    assertTexts(Map.of("model", "", "strength", "0.5", "feather", "0"), dialog.shown());
    assertTexts(Map.of("model", "", "strength", "0.5"), typed(dialog, ""));
  }

  @Test
  void aRepairIsNotRememberedForRunsWithWords() {
    DialogTexts words = dialog();
    command.setAsked(changed(words, Map.of("prompt", "nuclei", "strength", "0.3")));
    command.remember();
    DialogTexts second = dialog();
    assertTexts(Map.of("prompt", "nuclei", "strength", "0.3", "model", ""), second.shown());
    Map<String, String> repair = typed(second, "");
    assertTexts(REPAIR, repair);
    command.setAsked(repair);
    command.remember();
    DialogTexts third = dialog();
    assertTexts(REPAIR, third.shown());
    assertTexts(Map.of("strength", "0.3", "guidance", "4"), typed(third, "nuclei"));
  }
}
