/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import ij.CompositeImage;
import ij.IJ;
import ij.ImagePlus;
import ij.process.LUT;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PNG files of results: their pixels and their texts. */
class SavedPictureTest {

  private static final String INFO =
      "command=Text to Image...\nmodel=\nwidth=16\nheight=8\nsteps=20\nguidance=4\n"
          + "scheduler=dpmpp_2m_k\nseed=42\nclipskip=2\nspacing=model\nrng=torch\n"
          + "lora=cells:0.8, 'a, b'\nprompt=green nuclei\\nmany\nnegative=blurry: very\n"
          + "modelName=my, model\nmodelSha256=0123456789abcdef\nplugin=1.0\nmacro=x\n";

  @TempDir Path folder;

  private static ImagePlus image(String type) {
    ImagePlus image = IJ.createImage("x", type + " ramp", 16, 8, 1);
    image.setProperty("Info", INFO);
    return image;
  }

  private Map<String, String> texts(ImagePlus image) throws IOException {
    return PictureTexts.of(saved(image));
  }

  private Path saved(ImagePlus image) throws IOException {
    Path file = folder.resolve("x.png");
    SavedPicture.check(image);
    SavedPicture.write(image, file);
    return file;
  }

  @Test
  void textsAreThoseOfTheWebUiOfInvokeAiAndOurs() throws IOException {
    Map<String, String> texts = texts(image("RGB"));
    assertEquals(
        "green nuclei\nmany <lora:cells:0.8> <lora:a, b:1>\nNegative prompt: blurry: very\nSteps:"
            + " 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 4, Seed: 42, Size: 16x8,"
            + " Model hash: 0123456789, Model: \"my, model\", Clip skip: 2, RNG: CPU, Version:"
            + " Latent Diffusion 1.0",
        texts.get("parameters"));
    JsonObject invoke = JsonParser.parseString(texts.get("invokeai_metadata")).getAsJsonObject();
    assertEquals("dpmpp_2m_k", invoke.get("scheduler").getAsString());
    assertEquals(1, invoke.get("clip_skip").getAsInt());
    assertEquals(2, invoke.getAsJsonArray("loras").size());
    assertEquals(INFO, texts.get("latentdiffusion"));
  }

  /** Each of the three texts gives the run's settings. */
  @Test
  void eachTextIsReadBack() throws IOException {
    Map<String, String> texts = texts(image("RGB"));
    List<String> keys =
        List.of(
            "width",
            "height",
            "steps",
            "guidance",
            "scheduler",
            "seed",
            "clipskip",
            "rng",
            "lora",
            "prompt",
            "negative");
    Found own = new Found(keys, values -> {});
    OwnInfo.read(texts.get("latentdiffusion"), keys, own);
    Found web = new Found(keys, values -> {});
    Automatic1111.read(texts.get("parameters"), web);
    Found invoke = new Found(keys, values -> {});
    InvokeMetadata.read(texts.get("invokeai_metadata"), "x", invoke);
    for (String key : keys) {
      if (key.equals("lora")) continue;
      assertEquals(own.values().get(key), web.values().get(key), key);
      assertEquals(own.values().get(key), invoke.values().get(key), key);
    }
    assertEquals("green nuclei\nmany", web.values().get("prompt"));
    assertEquals("cells:0.8, \"a, b\":1", web.values().get("lora"));
    assertEquals("cells:0.8, \"a, b\":1", invoke.values().get("lora").replace("1.0", "1"));
  }

  @Test
  void ofAnswersTheCurrentSliceHasItsOwnSeed() throws IOException {
    ImagePlus answers = IJ.createImage("x", "RGB black", 16, 8, 2);
    answers.setProperty("Info", INFO);
    answers.getStack().setSliceLabel("seed 42", 1);
    answers.getStack().setSliceLabel("seed 43", 2);
    answers.setSlice(2);
    assertTrue(texts(answers).get("parameters").contains("Seed: 43, "));
  }

  @Test
  void pixelsAreThoseOfTheCurrentSlice() throws IOException {
    for (String type : List.of("8-bit", "16-bit", "RGB")) {
      ImagePlus image = image(type);
      ImagePlus read = IJ.openImage(saved(image).toString());
      assertEquals(image.getBitDepth(), read.getBitDepth(), type);
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 16; x++) {
          assertArrayEquals(image.getPixel(x, y), read.getPixel(x, y), type);
        }
      }
    }
  }

  @Test
  void coloursAreSavedAsTheyAreSeen() throws IOException {
    ImagePlus red = image("8-bit");
    red.setLut(LUT.createLutFromColor(Color.RED));
    ImagePlus read = IJ.openImage(saved(red).toString());
    assertEquals(24, read.getBitDepth());
    assertEquals(0, read.getProcessor().getPixel(15, 0) & 0xFFFF);
    assertTrue((read.getProcessor().getPixel(15, 0) >> 16 & 0xFF) > 200);
    ImagePlus stack = IJ.createHyperStack("x", 16, 8, 2, 1, 1, 8);
    stack.getStack().getProcessor(2).add(255);
    CompositeImage composite = new CompositeImage(stack, CompositeImage.COMPOSITE);
    composite.setC(2);
    composite.setDisplayRange(0, 255);
    composite.setProperty("Info", INFO);
    assertEquals(
        0x00FF00,
        IJ.openImage(saved(composite).toString()).getProcessor().getPixel(3, 3) & 0xFFFFFF);
  }

  @Test
  void floatsAndImagesWithoutSettingsAreRefused() {
    ImagePlus floats = image("32-bit");
    Exception e = assertThrows(IllegalArgumentException.class, () -> SavedPicture.check(floats));
    assertTrue(e.getMessage().contains("has 32 bit"), e.getMessage());
    for (String info : new String[] {null, "", "a=b", "command=x\nmacro=y\n"}) {
      ImagePlus other = image("RGB");
      other.setProperty("Info", info);
      e = assertThrows(IllegalArgumentException.class, () -> SavedPicture.check(other));
      assertTrue(e.getMessage().contains("\"x\" is no result of"), e.getMessage());
    }
  }
}
