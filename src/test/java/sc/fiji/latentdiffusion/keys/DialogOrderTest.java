/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import sc.fiji.latentdiffusion.commands.DecodeLatent;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.fixtures.TestImages;

class DialogOrderTest {

  private static final List<String> DEPENDING =
      List.of(
          "feather", "context", "channels", "intensity", "minimum", "maximum", "slices", "level");

  private static List<String> asked(ImagePlus imp) {
    return names(keys(ImageToImage.class).stream().filter(key -> key.isOfUse(imp)).toList())
        .stream()
        .filter(DEPENDING::contains)
        .toList();
  }

  @Test
  void onlyWhatMakesADifferenceToTheImageIsAsked() {
    ImagePlus rgb = TestImages.black("RGB", 8, 8);
    assertEquals(List.of("intensity"), asked(rgb));
    rgb.setRoi(1, 1, 4, 4);
    assertEquals(List.of("feather", "context", "intensity", "level"), asked(rgb));
    ImagePlus stack = TestImages.ramp("16-bit", 8, 8, 3);
    assertEquals(List.of("intensity", "minimum", "maximum", "slices"), asked(stack));
    ImagePlus composite = TestImages.blackChannels("8-bit", 8, 8, 3);
    assertEquals(List.of("channels", "intensity", "minimum", "maximum"), asked(composite));
    assertEquals(DEPENDING, asked(null));
  }

  @Test
  void aRangeOfValuesCountsWhereItIsToBeGiven() {
    assertTrue(key("minimum").counts(Map.of("intensity", "given")));
    assertFalse(key("maximum").counts(Map.of("intensity", "full")));
    assertTrue(key("steps").counts(Map.of("intensity", "full")));
    assertTrue(key("minimum").counts(Map.of()));
  }

  private static Key key(String name) {
    return new Key(new CommandInfo(ImageToImage.class).getInput(name));
  }

  private static List<Key> keys(Class<? extends Command> command) {
    return Inputs.keys(new CommandInfo(command));
  }

  private static DialogOrder fields(Class<? extends Command> command) {
    return new DialogOrder(keys(command), null);
  }

  private static List<String> names(List<Key> keys) {
    return keys.stream().map(Key::name).toList();
  }

  @Test
  void theFirstLookIsWhatIsToBeSeenThenHowItIsMade() {
    assertEquals(
        List.of(
            "prompt", "negative", "width", "height", "steps", "guidance", "seed", "count", "model"),
        names(fields(TextToImage.class).first()));
    assertEquals(
        List.of(
            "prompt",
            "negative",
            "strength",
            "feather",
            "context",
            "scale",
            "detail",
            "level",
            "steps",
            "guidance",
            "seed",
            "count",
            "model"),
        names(fields(ImageToImage.class).first()));
  }

  @Test
  void nothingIsLostBehindTheButton() {
    DialogOrder fields = fields(ImageToImage.class);
    List<String> more = names(fields.more());
    assertEquals("scheduler", more.get(0));
    assertEquals(
        List.of(
            "lora",
            "latents",
            "noise",
            "predicted",
            "decoded",
            "split",
            "table",
            "attention",
            "montage",
            "point"),
        more.subList(more.size() - 10, more.size()));
  }

  @Test
  void whatOpensStacksStandsInRowsOfFourFlagsFirst() {
    List<Key> stacks = fields(ImageToImage.class).more().stream().filter(Key::isStack).toList();
    assertEquals(
        List.of(
            List.of("latents", "noise", "predicted", "split"),
            List.of("table", "attention", "montage", "decoded"),
            List.of("point")),
        DialogOrder.rows(stacks).stream().map(DialogOrderTest::names).toList());
  }

  @Test
  void aCommandOfFewInputsShowsThemAll() {
    assertEquals(List.of(), fields(DecodeLatent.class).more());
    assertEquals(
        List.of("steps", "strength", "scheduler", "spacing", "model"),
        names(fields(ShowSchedule.class).first()));
  }

  @Test
  void whatBelongsTogetherSharesARowWhereOneComesAfterTheOther() {
    assertTrue(new Key(new CommandInfo(TextToImage.class).getInput("height")).isBeside(width()));
    assertTrue(key("maximum").isBeside(key("minimum")));
    assertFalse(key("guidance").isBeside(key("negative")));
    assertFalse(key("device").isBeside(key("scheduler")));
    assertFalse(key("steps").isBeside(null));
  }

  private static List<List<String>> lines(ImagePlus imp, int from, int to) {
    List<Key> more = new DialogOrder(keys(ImageToImage.class), imp).more();
    List<List<Key>> lines =
        DialogOrder.lines(more.stream().filter(key -> !key.isStack()).toList(), 3);
    return lines.subList(from, to).stream().map(DialogOrderTest::names).toList();
  }

  @Test
  void relatedRowsShareALineAsLongAsNoneOfThemIsTorn() {
    ImagePlus grey = TestImages.ramp("16-bit", 8, 8, 1);
    assertEquals(
        List.of(
            List.of("scheduler", "precision", "device"),
            List.of("clipskip", "weighting"),
            List.of("intensity", "minimum", "maximum")),
        lines(grey, 0, 3));
    assertEquals(
        List.of(
            List.of("rois", "areas", "regions"),
            List.of("labels", "preview", "class"),
            List.of("imageguidance", "noiselevel"),
            List.of("guidancefrom", "guidanceto", "guide"),
            List.of("zerosteps", "momentum", "threshold"),
            List.of("parallel", "rescale", "truecfg"),
            List.of("spacing"),
            List.of("cache", "cachefrom", "cacheto"),
            List.of("rng", "fade"),
            List.of("mask", "vae"),
            List.of("encoders", "depth"),
            List.of("conditioning", "control"),
            List.of("embeddings", "lora")),
        lines(grey, 7, 20));
    ImagePlus composite = TestImages.blackChannels("8-bit", 8, 8, 3);
    assertEquals(
        List.of(List.of("channels", "intensity"), List.of("minimum", "maximum")),
        lines(composite, 2, 4));
  }

  private static Key width() {
    return new Key(new CommandInfo(TextToImage.class).getInput("width"));
  }
}
