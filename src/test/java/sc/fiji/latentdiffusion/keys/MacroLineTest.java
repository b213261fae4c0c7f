/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ij.IJ;
import ij.Macro;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.command.Command;
import sc.fiji.latentdiffusion.commands.DecodeLatent;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.pipeline.Request;

class MacroLineTest {

  private static Map<String, Object> keys(String prompt, String negative) {
    Request request =
        Request.defaults().withSize(128, 64).withSeed(42).withPrompt(prompt, negative);
    Stacks stacks = new Stacks(true, false, false, true);
    return new LinkedHashMap<>(
        Calls.of(TextToImage.class, request.withGuidance(7.5), stacks).values());
  }

  @Test
  void keysStandInTheOrderOfTheContract() {
    assertEquals(
        "run(\"Text to Image...\", \"model=[] width=128 height=64 steps=20 guidance=7.5"
            + " scheduler=dpmpp_2m_k seed=42 precision=auto device=auto clipskip=1 weighting=true"
            + " count=1 batch=1 statistics=false type=auto share=0 seed2=-1 tile=0 overlap=-1"
            + " latents=true noise=false predicted=false decoded=true split=false table=false"
            + " attention=false montage=false point=[] class=-1 guidancefrom=0 guidanceto=1"
            + " guide=cfg zerosteps=-1 momentum=-0.5 threshold=15 parallel=0 rescale=0 truecfg=1"
            + " spacing=model cache=1 cachefrom=0 cacheto=1 rng=torch fade=false vae=[] encoders=[]"
            + " conditioning=[] control=[] embeddings=[] lora=[] prompt=[green nuclei]"
            + " negative=[]\");",
        MacroLine.run("Text to Image...", keys("green nuclei", "")));
    Request request = Request.defaults().withSeed(1);
    assertEquals(
        "model=[] steps=20 strength=0.5 guidance=4 scheduler=dpmpp_2m_k seed=1 precision=auto"
            + " device=auto clipskip=1 weighting=true feather=0 context=0 scale=false channels=[]"
            + " intensity=display minimum=0 maximum=255 slices=current seeds=same count=1 batch=1"
            + " statistics=false type=auto share=0 seed2=-1 tile=0 overlap=-1 rois=selection"
            + " areas=together regions=false labels=false coherence=0 detail=0 level=false"
            + " latents=false noise=false predicted=false decoded=false split=false table=false"
            + " attention=false montage=false point=[] mask=[] class=-1 imageguidance=1.5"
            + " noiselevel=20 guidancefrom=0 guidanceto=1 guide=cfg zerosteps=-1 momentum=-0.5"
            + " threshold=15 parallel=0 rescale=0 truecfg=1 spacing=model cache=1 cachefrom=0"
            + " cacheto=1 rng=torch fade=false vae=[] encoders=[] depth=[] conditioning=[]"
            + " control=[] embeddings=[] lora=[] prompt=[] negative=[]",
        options(ImageToImage.class, request, ImageToImageOptions.PLAIN, Stacks.NONE));
    assertEquals(
        "model=C:/m precision=float32 device=cpu type=auto vae=[] encoders=[]",
        options(
            DecodeLatent.class,
            Request.defaults().withModel("C:/m").withHardware("float32", "cpu")));
    assertEquals(
        "steps=20 strength=1 scheduler=euler,euler_k spacing=model model=[]",
        MacroLine.options(
            Calls.of(ShowSchedule.class).with(Map.of("scheduler", "euler,euler_k")).values()));
  }

  private static String options(Class<? extends Command> command, Record... options) {
    return MacroLine.options(Calls.of(command, options).values());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "word",
        "two words",
        "a [balanced] pair [of [brackets]]",
        "] unbalanced [",
        "[[ open",
        "[whole]",
        "'quoted' and \"quoted\"",
        "'",
        "a=b, steps=3 negative=5 prompt=6",
        "back\\slash, \\n, &#93; &&#38; as typed",
        "line\nbreak\ttab",
        "Zellkerne, grün – 核 🔬",
        "ends with a backslash \\"
      })
  void everyTextIsFoundAgainByImageJ(String text) {
    Map<String, Object> keys = keys(text, text);
    keys.put("model", text);
    String line = MacroLine.run("L", keys);
    String literal = line.substring("run(\"L\", ".length(), line.length() - 2);
    String options = IJ.runMacro("return " + literal + ";");
    assertEquals(text, MacroLine.decode(Macro.getValue(options, "model", "none")));
    assertEquals(text, MacroLine.decode(Macro.getValue(options, "prompt", "none")));
    assertEquals(text, MacroLine.decode(Macro.getValue(options, "negative", "none")));
    assertEquals("20", Macro.getValue(options, "steps", "none"));
    assertEquals("42", Macro.getValue(options, "seed", "none"));
  }

  @Test
  void wholeNumbersStandWithoutAFraction() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("strength", 1.0);
    keys.put("seed", 4294967295L);
    assertEquals("strength=1 seed=4294967295", MacroLine.options(keys));
  }
}
