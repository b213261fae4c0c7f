package sc.fiji.latentdiffusion.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.fixtures.TestImages;

class DialogOrderTest {

  private static final List<String> DEPENDING =
      List.of(
          "feather", "context", "channels", "intensity", "minimum", "maximum", "slices", "seeds");

  private static List<String> asked(ImagePlus imp) {
    return DEPENDING.stream().filter(key -> DialogOrder.isOfUse(key, imp)).toList();
  }

  @Test
  void onlyWhatMakesADifferenceToTheImageIsAsked() {
    ImagePlus rgb = TestImages.black("RGB", 8, 8);
    assertEquals(List.of(), asked(rgb));
    rgb.setRoi(1, 1, 4, 4);
    assertEquals(List.of("feather", "context"), asked(rgb));
    ImagePlus stack = TestImages.ramp("16-bit", 8, 8, 3);
    assertEquals(List.of("intensity", "minimum", "maximum", "slices", "seeds"), asked(stack));
    ImagePlus composite = TestImages.blackChannels("8-bit", 8, 8, 3);
    assertEquals(List.of("channels", "intensity", "minimum", "maximum"), asked(composite));
    assertEquals(DEPENDING, asked(null));
  }

  @Test
  void aRangeOfValuesCountsWhereItIsToBeGiven() {
    assertTrue(DialogOrder.counts("minimum", Map.of("intensity", "given")));
    assertFalse(DialogOrder.counts("maximum", Map.of("intensity", "full")));
    assertTrue(DialogOrder.counts("steps", Map.of("intensity", "full")));
    assertTrue(DialogOrder.counts("minimum", Map.of()));
  }

  private static DialogOrder fields(Class<? extends Command> command) {
    List<ModuleItem<?>> inputs = new ArrayList<>();
    for (ModuleItem<?> input : new CommandInfo(command).inputs()) {
      if (!Service.class.isAssignableFrom(input.getType()) && input.getType() != ImagePlus.class) {
        inputs.add(input);
      }
    }
    return new DialogOrder(inputs, null);
  }

  private static List<String> keys(List<ModuleItem<?>> items) {
    return items.stream().<String>map(ModuleItem::getName).toList();
  }

  @Test
  void theFirstLookIsWhatIsToBeSeenThenHowItIsMade() {
    assertEquals(
        List.of("prompt", "negative", "width", "height", "steps", "guidance", "seed", "model"),
        keys(fields(TextToImage.class).first()));
    assertEquals(
        List.of("prompt", "negative", "strength", "steps", "guidance", "seed", "model"),
        keys(fields(ImageToImage.class).first()));
  }

  @Test
  void nothingIsLostBehindTheButton() {
    DialogOrder fields = fields(ImageToImage.class);
    List<String> more = keys(fields.more());
    assertEquals("scheduler", more.get(0));
    assertEquals(
        List.of("lora", "latents", "noise", "predicted", "decoded"),
        more.subList(more.size() - 5, more.size()));
  }

  @Test
  void aCommandOfFewInputsShowsThemAll() {
    assertEquals(List.of(), fields(ShowLatent.class).more());
    assertEquals(
        List.of("steps", "strength", "scheduler", "model"),
        keys(fields(ShowSchedule.class).first()));
  }

  @Test
  void whatBelongsTogetherSharesARowWhereOneComesAfterTheOther() {
    assertTrue(DialogOrder.isBeside("height", "width"));
    assertTrue(DialogOrder.isBeside("maximum", "minimum"));
    assertFalse(DialogOrder.isBeside("guidance", "negative"));
    assertFalse(DialogOrder.isBeside("device", "scheduler"));
  }
}
