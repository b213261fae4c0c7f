/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.Families;

/** Adapters whose tensors do not belong together, on a layer [16, 24] of the tiny model sd1. */
class BrokenAdaptersTest {

  private static final String KEY = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k";
  private static final String KOHYA = "lora_unet_" + KEY.replace('.', '_');
  private static final String PEFT = "base_model.model." + KEY;

  @TempDir Path folder;

  private static LoraLayers layers(Path file) throws IOException {
    ModelFolder model = ModelFolder.open(TestResources.SD1);
    List<Lora> loras = List.of(new Lora(LoraFile.open(file), 1));
    return LoraLayers.of(loras, model, Families.declare(model));
  }

  private String refusal(Path file) {
    return assertThrows(IOException.class, () -> layers(file)).getMessage();
  }

  /** Parts as "name 2 24", and what the message says behind the layer's name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hada_w1_a 16 2, hada_w1_b 2 24, hada_w2_a 16 2|hada_w2_b is missing",
        "hada_w1_a 16 2, hada_w1_b 3 24, hada_w2_a 16 2, hada_w2_b 2 24|hada_w1_b [3, 24]",
        "hada_w1_a 16 2, hada_w1_b 2 24, hada_w2_a 15 2, hada_w2_b 2 24|hada_w2_a [15, 2]",
        "hada_w1_a 2 16, hada_w1_b 2 24, hada_w2_a 2 16, hada_w2_b 2 24, hada_t1 2 2 1 1"
            + "|hada_t2 is missing",
        "lokr_w1 4 4|lokr_w2 is missing",
        "lokr_w1_a 4 1, lokr_w2 4 6|lokr_w1_b is missing",
        "lokr_w1 4 4, lokr_w1_a 4 1, lokr_w1_b 1 4, lokr_w2 4 6|lokr_w1 [4, 4], lokr_w1_a [4, 1]",
        "lokr_w1 4 4, lokr_w2_a 4 2, lokr_w2_b 1 6|lokr_w2_b [1, 6]",
        "oft_blocks 4 4 3|oft_blocks [4, 4, 3]",
        "oft_blocks 4 4 4, rescale 15 1|rescale [15, 1]",
        "oft_blocks 3 4 4 4, rescale 15 1|rescale [15, 1]",
        "oft_blocks 4 4 4 4|an even size",
        "oft_blocks 1 16|tensors of one algebra",
        "rescale 16 1|oft_blocks is missing",
        "on_input|weight is missing",
        "a1.weight 24 2, a2.weight 2 24, b1.weight 16 2|b2.weight is missing",
        "a1.weight 24 2, a2.weight 2 23, b1.weight 16 2, b2.weight 2 24|a2.weight [2, 23]",
        "a1.weight 24 2, a2.weight 2 24, b1.weight 16 3, b2.weight 2 24|b1.weight [16, 3]",
        "diff_b 16|diff is missing",
        "diff 16 24, diff_b 16|expected none, as the model's layer has no bias",
        "b_norm 16|w_norm is missing",
        "ia3_l 2 16|ia3_l [2, 16]",
        "oft_R.weight 4 4|oft_R.weight [4, 4]",
        "oft_R.weight|oft_R.weight []",
        "boft_R 1 6 4 4|boft_s is missing",
        "boft_R 1 6 4 3, boft_s 16 1|boft_R [1, 6, 4, 3]",
        "boft_R 2 3 8 8, boft_s 16 1|a multiple of 2^(stages",
        "glora_A.Xd 16 2|glora_A.Xu is missing",
        "glora_A.X 16 1, glora_D.X 16|expected no C, D or E for a layer without bias",
        "alpha|lora_down.weight is missing",
        "lora_down.weight 2 24, lora_up.weight 16 2, hada_w1_a 16 2|tensors of one algebra",
        "oft_blocks 4 4 4, dora_scale 16 1|expected OFT without dora_scale",
        "diff 16 24, alpha|expected full difference without alpha"
      })
  void partsThatDoNotBelongTogetherAreRefusedWithTheirLayer(String row) throws IOException {
    String message = refusal(written(KOHYA, row.split("\\|")[0]));
    assertTrue(message.contains("the layer \"" + KOHYA + "\" has "), message);
    assertTrue(message.contains(row.split("\\|")[1]), message);
  }

  private Path written(String layer, String parts) throws IOException {
    TensorsWritten tensors = new TensorsWritten();
    for (String part : parts.split(", ")) {
      String[] words = part.split(" ");
      long[] shape = new long[words.length - 1];
      for (int i = 0; i < shape.length; i++) shape[i] = Long.parseLong(words[i + 1]);
      tensors.add(layer + "." + words[0], shape);
    }
    return tensors.write(folder.resolve("adapter_model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hada_w1_a 16 2, hada_w1_b 2 25, hada_w2_a 16 2, hada_w2_b 2 25",
        "lokr_w1 4 4, lokr_w2 4 7",
        "oft_blocks 3 5 5",
        "oft_blocks 1 6 4 4",
        "on_input, weight 16",
        "a1.weight 24 2, a2.weight 2 24, b1.weight 17 2, b2.weight 2 24",
        "diff 24 16",
        "diff 384",
        "w_norm 16",
        "ia3_l 1 16",
        "oft_R.weight 4 6",
        "oft_R.weight 1 6",
        "boft_R 1 5 4 4, boft_s 16 1",
        "boft_R 1 6 4 4, boft_s 15 1",
        "glora_A.Xd 16 2, glora_A.Xu 2 25",
        "glora_C.X 16 1"
      })
  void partsForALayerOfAnotherShapeAreRefusedWithBothShapes(String parts) throws IOException {
    String message = refusal(written(KOHYA, parts));
    String first = parts.split("[ ,]")[0];
    assertTrue(message.contains("for \"" + KOHYA + "\" it has "), message);
    assertTrue(message.contains(first), message);
    assertTrue(message.contains("the layer is unet's " + KEY + ".weight [16, 24]"), message);
  }

  @Test
  void aBlockThatSettingsShareTurnsAllInputs() throws IOException {
    Path file = written(PEFT, "oft_R.weight 1 6");
    assertTrue(refusal(file).contains("[16, 24]"));
    Files.writeString(folder.resolve("adapter_config.json"), "{\"block_share\": true}");
    assertEquals(1, layers(file).of("unet").size());
  }

  @Test
  void aRankOfPeftBelowOneIsRefused() throws IOException {
    Path file = written(PEFT, "lokr_w1 4 4, lokr_w2 4 6");
    Files.writeString(folder.resolve("adapter_config.json"), "{\"r\": 0, \"alpha\": 3}");
    String message = refusal(file);
    assertTrue(message.contains("\"r\": expected a rank of at least 1"), message);
  }
}
