/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One folder on the class path adds a family without prompts that works on pixels, {@code
 * src/test/extension/toypixels}.
 */
class OutsidePixelsTest {

  @TempDir static Path folder;

  private static OutsideMacros macros;

  @BeforeAll
  static void compileAndWriteAModel() throws Exception {
    macros = OutsideMacros.in(folder);
    ToyModel.writePixels(folder.resolve("models/plain"));
  }

  @Test
  void promptsAreRefusedAndThoseOfCommandsThatAreGivenNoneAreLeftOut() throws Exception {
    List<String> lines =
        macros.run(
            """
            keys = "model=plain steps=6 seed=3 scheduler=ddim width=20 height=21 ";
            run("Text to Image...", keys);
            print(getWidth(), getHeight(), indexOf(getMetadata("Info"), "warning"));
            run("Text to Image...", keys + "prompt=cells negative=grain");
            """);
    String told =
        "failed: line 4: prompt must be empty, as the model takes no words, but is \"cells\".";
    assertEquals(List.of("20 21 -1", told), lines);
  }

  @Test
  void itIsListedRunWithAllStacksAndOnPartsOfImages() throws Exception {
    List<String> lines =
        macros.run(
            """
            run("Models...", "");
            for (i = 0; i < nResults; i++)
              if (getResultString("family", i) == "Toy Pixels") print(getResultString("model", i));
            run("Text to Image...", "model=plain steps=3 seed=1 prompt=[] latents noise predicted decoded");
            Stack.getDimensions(width, height, channels, slices, frames);
            print(nImages, width, height);
            selectImage("Latents by step"); Stack.getDimensions(width, height, channels, slices, frames);
            print(width, height, channels, frames);
            newImage("Ramp", "RGB ramp", 30, 20, 1);
            makeRectangle(5, 5, 10, 10);
            before = getPixel(1, 1);
            run("Image to Image...", "model=plain steps=4 seed=1 strength=0.5 prompt=[]");
            if (getPixel(1, 1) == before) print("kept");
            """);
    assertEquals(List.of("plain", "5 24 24", "24 24 3 4", "kept"), lines);
  }
}
