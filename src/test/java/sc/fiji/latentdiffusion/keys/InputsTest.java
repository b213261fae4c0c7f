/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.commands.TextToImage;

class InputsTest {

  /** Keys that a superclass declares. */
  public abstract static class Base implements Command {
    @Parameter private String first = "";

    @Parameter(choices = {"a", "b"})
    private String last = "a";

    @Override
    public void run() {}
  }

  /** Keys at the beginning, in the middle and at the end of those. */
  public static final class Derived extends Base {
    @Parameter(min = "0", max = "1", attrs = @Attr(name = Key.AFTER, value = "first"))
    private double second = 0.5;

    @Parameter(min = "1")
    private int third = 3;

    @Parameter(attrs = @Attr(name = Key.AFTER))
    private long zeroth = 0;

    @Parameter(attrs = @Attr(name = Key.AFTER, value = "last"))
    private boolean end = false;
  }

  private static Module module(Class<? extends Command> command) {
    try {
      return new CommandInfo(command).createModule();
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aKeyStandsBehindTheOneItNamesAndTheNextOnesBehindIt() {
    assertEquals(
        List.of("zeroth", "first", "second", "third", "last", "end"),
        new Inputs(module(Derived.class)).names());
  }

  @Test
  void valuesOutOfTheDeclaredRangeAreRefusedByKeyAndValue() {
    refused("second", 1.5, "second must be between 0 and 1, but is 1.5.");
    refused("second", Double.NaN, "second must be between 0 and 1, but is NaN.");
    refused("third", 0, "third must be a whole number of at least 1, but is 0.");
    refused("last", "c", "last must be one of [a, b], but is c.");
    new Inputs(module(Derived.class)).check();
  }

  private static void refused(String key, Object value, String message) {
    Module module = module(Derived.class);
    module.setInput(key, value);
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, new Inputs(module)::check).getMessage());
  }

  @Test
  void onlyFreeTextsAreDecoded() {
    Module module = module(Derived.class);
    module.setInput("first", "&#91;");
    module.setInput("last", "&#91;");
    new Inputs(module).decode();
    assertEquals("[", module.getInput("first"));
    assertEquals("&#91;", module.getInput("last"));
  }

  @Test
  void ofSeedsOf64BitsTheLower32AreUsedAsTorchDoes() {
    Module module = module(TextToImage.class);
    assertEquals(42L, seed(module, "4294967338"));
    assertEquals(2018999797L, seed(module, "13668926583398170101"));
    assertEquals(2764472320L, seed(module, "1e15"));
    assertEquals(4294967295L, seed(module, "4294967295"));
    assertEquals(4294967295L, seed(module, "18446744073709551615"));
    assertEquals(-1L, seed(module, "-1"));
    assertRefused(() -> seed(module, "-2"), "seed must be −1");
    assertRefused(() -> seed(module, "18446744073709551616"), "seed must be −1");
    assertRefused(() -> seed(module, "1.5"), "seed must be a whole number");
  }

  @Test
  void seedsOfGpusCountTo63Bits() {
    Module module = module(TextToImage.class);
    Map<String, String> texts = new HashMap<>(Map.of("rng", "cuda"));
    for (long seed : new long[] {-1, 4294967338L, Long.MAX_VALUE}) {
      texts.put("seed", String.valueOf(seed));
      new Inputs(module).setAll(texts);
      assertEquals(seed, module.getInput("seed"));
    }
    texts.put("seed", "9223372036854775808");
    assertRefused(
        () -> new Inputs(module).setAll(texts),
        "seed must be −1 (draw one) or 0…9223372036854775807 with rng=cuda, but is");
    texts.put("rng", "nv");
    assertRefused(() -> new Inputs(module).setAll(texts), "rng must be one of [torch, cuda]");
  }

  private static Object seed(Module module, String text) {
    new Inputs(module).setAll(Map.of("seed", text));
    return module.getInput("seed");
  }

  @Test
  void aNoteNamesTheSeedGivenAndTheOneUsed() {
    String note = Seed.note("seed", new BigInteger("13668926583398170101"));
    assertTrue(note.contains("13668926583398170101"), note);
    assertTrue(note.contains("seed=2018999797"), note);
    assertEquals("", Seed.note("seed", BigInteger.valueOf(4294967295L)));
    assertEquals("", Seed.note("seed", BigInteger.valueOf(-1)));
  }

  @Test
  void aRangeWithoutItsIntensityIsRefused() {
    Inputs inputs = new Inputs(module(ShowLatent.class));
    assertRefused(() -> inputs.requireConditions(Set.of("minimum", "maximum")), "minimum");
    assertRefused(() -> inputs.requireConditions(Set.of("maximum", "steps")), "maximum");
    inputs.requireConditions(Set.of("intensity", "minimum", "maximum"));
    inputs.requireConditions(Set.of("steps"));
  }

  private static void assertRefused(Executable made, String expected) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
