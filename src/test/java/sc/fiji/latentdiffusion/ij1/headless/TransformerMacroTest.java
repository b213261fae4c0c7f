/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;

/** Macros with transformers: every command, as with any other model. */
class TransformerMacroTest {

  private static final String KEYS = "steps=4 seed=3 scheduler=euler prompt=[bright nuclei] ";

  private static final List<String> MODELS = List.of("flux", "zimage", "sd3", "pixart");

  @TempDir Path folder;

  @BeforeEach
  void copyModels() throws IOException {
    Path flux = TestResources.golden("flux");
    ModelCopies.into(folder.resolve("flux"), flux.resolve("shared"), flux.resolve("three"));
    ModelCopies.into(folder.resolve("zimage"), TestResources.golden("zimage/two"));
    Path sd3 = TestResources.golden("sd3");
    ModelCopies.into(folder.resolve("sd3"), sd3.resolve("shared"), sd3.resolve("dual"));
    ModelCopies.into(folder.resolve("pixart"), TestResources.golden("pixart/sigma"));
  }

  @AfterEach
  void closeAll() {
    TestImages.closeAll();
  }

  private String model(String name) {
    return "model=[" + folder.resolve(name).toAbsolutePath() + "] ";
  }

  private static void runs(String macro) {
    assertEquals(Optional.empty(), HeadlessMacro.failureOf(macro, ""));
  }

  private static void fails(String macro, String message) {
    String failure = HeadlessMacro.failureOf(macro, "").orElseThrow();
    assertTrue(failure.contains(message), failure);
  }

  @ParameterizedTest
  @CsvSource({
    "flux, 16, truecfg=2.5, guidanceFormula=the network takes g as an input",
    "zimage, 16, guidance=2, guidanceFormula=c + g (c − u)",
    "pixart, 4, guidance=3, guidance=3"
  })
  void stacksHaveTheLatentsChannelsAndTheInfoSaysHowHalvesAreJoined(
      String name, int latents, String keys, String info) {
    runs(
        """
        run("Text to Image...", "%s%swidth=16 height=24 %s preview=linear latents noise predicted decoded split table negative=[blurry]");
        selectImage("Unconditional noise by step");
        selectImage("Images by step");
        selectImage("Latents by step");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (width != 8 || height != 12 || channels != %d || frames != 5) exit("latents");
        selectImage("Noise by step");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (channels != %d || frames != 4) exit("noise");
        selectImage("Text to Image");
        if (getWidth != 16 || getHeight != 24) exit("size");
        if (indexOf(getMetadata("Info"), "%s") < 0) exit(getMetadata("Info"));
        """
            .formatted(model(name), KEYS, keys, latents, latents, info));
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void strength0IsTheInputAnd1TheTextsPicture(String name) {
    String model = model(name) + KEYS;
    runs(
        """
        newImage("input", "RGB ramp", 16, 24, 1);
        run("Image to Image...", "%sstrength=0");
        kept = getImageID;
        selectImage("input");
        run("Image to Image...", "%sstrength=1");
        drawn = getImageID;
        run("Text to Image...", "%swidth=16 height=24");
        text = getImageID;
        for (y = 0; y < 24; y++) for (x = 0; x < 16; x++) {
          selectImage("input"); a = getPixel(x, y);
          selectImage(kept); if (getPixel(x, y) != a) exit("strength 0 at " + x + ", " + y);
          selectImage(drawn); b = getPixel(x, y);
          selectImage(text); if (getPixel(x, y) != b) exit("strength 1 at " + x + ", " + y);
        }
        """
            .formatted(model, model, model));
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void pixelsOutsideASelectionStay(String name) {
    runs(
        """
        newImage("input", "RGB ramp", 40, 36, 1);
        makeOval(8, 8, 20, 18);
        run("Image to Image...", "%s%sstrength=0.75 feather=2 context=6");
        changed = 0;
        for (y = 0; y < 36; y++) for (x = 0; x < 40; x++) {
          selectImage("input"); a = getPixel(x, y);
          selectImage("Image to Image"); b = getPixel(x, y);
          if (a != b) changed++;
          if (a != b && !inside(x, y)) exit("changed outside at " + x + ", " + y);
        }
        if (changed < 100) exit("changed " + changed);
        function inside(x, y) { selectImage("input"); return Roi.contains(x, y); }
        """
            .formatted(model(name), KEYS));
  }

  @ParameterizedTest
  @CsvSource({"flux, 16", "zimage, 16", "sd3, 16", "pixart, 4"})
  void latentsAreShownContinuedAndDecoded(String name, int channels) {
    String model = model(name);
    runs(
        """
        newImage("input", "RGB ramp", 16, 16, 1);
        run("Show Latent...", "%s");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (width != 8 || channels != %d) exit("latents");
        shown = getImageID;
        run("Denoise Latent...", "%s%sfrom=1 to=3 noised=true");
        if (getWidth != 8) exit("denoised");
        selectImage(shown);
        run("Decode Latent...", "%s");
        if (getWidth != 16) exit("decoded");
        run("Text to Image...", "%s%swidth=32 height=16 tile=16 count=2");
        run("Show Tokens...", "%sprompt=[a cell]");
        if (Table.size < 5) exit("tokens " + Table.size);
        """
            .formatted(model, channels, model, KEYS, model, model, KEYS, model));
  }

  /** A file with the transformer alone, as most repacked ones of Z-Image. */
  @Test
  void partsOfZImageMayComeFromFilesOfTheirOwn() throws IOException {
    Path whole = folder.resolve("zimage");
    Model parts = Model.open(whole);
    Path bare = folder.resolve("bare");
    ModelCopies.into(bare.resolve("transformer"), whole.resolve("transformer"));
    ModelCopies.into(bare.resolve("scheduler"), whole.resolve("scheduler"));
    ModelCopies.into(bare.resolve("tokenizer"), whole.resolve("tokenizer"));
    new TensorsWritten()
        .copy(parts.tensors("transformer"))
        .write(folder.resolve("bare.safetensors"));
    String encoders = "encoders=[" + whole.resolve("text_encoder").toAbsolutePath() + "] ";
    String vae = "vae=[" + whole.resolve("vae").toAbsolutePath() + "] ";
    runs(
        """
        run("Text to Image...", "%s%swidth=8 height=8");
        whole = getImageID;
        run("Text to Image...", "%s%s%s%swidth=8 height=8");
        bare = getImageID;
        for (y = 0; y < 8; y++) for (x = 0; x < 8; x++) {
          selectImage(whole); a = getPixel(x, y);
          selectImage(bare); if (getPixel(x, y) != a) exit("differs at " + x + ", " + y);
        }
        """
            .formatted(model("zimage"), KEYS, model("bare.safetensors"), encoders, vae, KEYS));
    String alone = "run(\"Text to Image...\", \"" + model("bare.safetensors") + vae + KEYS + "\");";
    fails(alone, "Qwen3");
  }

  /** The table of places has 12 rows and columns of patches of 4 pixels. */
  @Test
  void sizesBeyondTheTableOfPlacesAreRefusedBeforeAnythingIsLoaded() throws IOException {
    Files.delete(folder.resolve("sd3/tokenizer_3/tokenizer.json")); // loading would end with this
    String text = "run(\"Text to Image...\", \"%s%swidth=%s\");";
    fails(text.formatted(model("sd3"), KEYS, "52 height=16"), "width and height must be up to 48");
    fails(text.formatted(model("sd3"), KEYS, "64 height=64 tile=52"), "tile must be up to 48");
    fails(text.formatted(model("sd3"), KEYS, "48 height=16"), "tokenizer.json");
    fails(text.formatted(model("sd3"), KEYS, "64 height=16 tile=16"), "tokenizer.json");
  }

  @Test
  void whatHasNoMeaningIsRefused() {
    String text = "run(\"Text to Image...\", \"%s%swidth=16 height=16 %s\");";
    String why = "attention must be false";
    fails(text.formatted(model("flux"), KEYS, "attention"), why);
    fails(text.formatted(model("zimage"), KEYS, "attention"), why);
    fails(text.formatted(model("pixart"), KEYS, "attention"), why);
    fails(text.formatted(model("pixart"), KEYS, "cache=2"), "cache");
    fails(text.formatted(model("pixart"), KEYS, "clipskip=2"), "clipskip must be 1");
    fails(text.formatted(model("pixart"), KEYS, "truecfg=2"), "truecfg must be 1");
    fails(
        text.formatted(model("pixart"), KEYS, "").replace("width=16", "width=18"), "multiple of 4");
    fails(text.formatted(model("zimage"), KEYS, "truecfg=2"), "truecfg must be 1");
    fails(
        text.formatted(model("flux"), KEYS, "truecfg=0.5"), "truecfg must be a number of at least");
    fails(text.formatted(model("flux"), KEYS, "guide=apg"), "unless truecfg is above 1");
    fails(text.formatted(model("zimage"), KEYS, "clipskip=2"), "clipskip must be 1");
    fails(text.formatted(model("flux"), KEYS.replace("euler", "ddpm"), ""), "not flow matching");
  }
}
