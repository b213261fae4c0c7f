/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;

class ControlNetFileTest {

  @TempDir Path folder;

  @Test
  void weightOfOneDimensionSaysNoFamily() throws IOException {
    Path file =
        new TensorsWritten()
            .add("controlnet_cond_embedding.conv_in.weight", 1)
            .add("mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight", 3)
            .write(folder.resolve("x.safetensors"));
    String family = ControlNetFile.open(file).family();
    assertEquals("ControlNet without attention to prompts", family);
  }

  @Test
  void hintWithAnIndexThatNoFileHasKeepsItsName() throws IOException {
    Path file =
        new TensorsWritten()
            .add("input_hint_block.0.weight", 1)
            .add("input_hint_block.99999999999.weight", 1)
            .write(folder.resolve("x.safetensors"));
    String own = "input_hint_block.99999999999.weight";
    assertTrue(ControlNetFile.open(file).tensors().containsKey(own));
  }
}
