/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;

/**
 * Writes a model of the family of {@code src/test/extension/toyflow}, which draws the colours red,
 * green and blue for these words.
 */
final class ToyModel {

  private static final int ROWS = 65;
  private static final int BLOCKS = 4;
  private static final int CHANNELS = 16;
  private static final float SCALE = 2;
  private static final float SHIFT = 0.25f;

  /** Red, green and blue, −1…1. */
  static final Map<String, float[]> COLOURS =
      Map.of(
          "red", new float[] {0.8f, -0.6f, -0.6f},
          "green", new float[] {-0.6f, 0.8f, -0.6f},
          "blue", new float[] {-0.6f, -0.6f, 0.8f});

  private ToyModel() {}

  /** Writes a model into a folder, which is made. */
  static void write(Path folder) throws IOException {
    json(
        folder.resolve("model_index.json"),
        """
        {"_class_name": "ToyFlowPipeline", "words": ["toyflow", "WordTable"],
         "transformer": ["toyflow", "ToyTransformer"], "autoencoder": ["toyflow", "BlockColours"],
         "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"]}
        """);
    json(
        folder.resolve("scheduler/scheduler_config.json"),
        "{'_class_name': 'FlowMatchEulerDiscreteScheduler', 'shift': 1.0}");
    json(folder.resolve("words/config.json"), "{}");
    json(folder.resolve("transformer/config.json"), "{'sample_size': 8, 'deviation': 0.1}");
    json(
        folder.resolve("autoencoder/config.json"), "{'scaling_factor': 2.0, 'shift_factor': 0.25}");
    words().write(folder.resolve("words/model.safetensors"));
    transformer().write(folder.resolve("transformer/diffusion_pytorch_model.safetensors"));
    autoencoder().write(folder.resolve("autoencoder/diffusion_pytorch_model.safetensors"));
  }

  /** Writes a model of the family of {@code src/test/extension/toypixels}, which draws orange. */
  static void writePixels(Path folder) throws IOException {
    json(
        folder.resolve("model_index.json"),
        """
        {"_class_name": "ToyPixelsPipeline", "network": ["toypixels", "MeanColour"],
         "scheduler": ["diffusers", "DDIMScheduler"]}
        """);
    json(folder.resolve("scheduler/scheduler_config.json"), "{'beta_schedule': 'scaled_linear'}");
    json(folder.resolve("network/config.json"), "{'sample_size': 24}");
    new TensorsWritten()
        .put("mean", new long[] {1, 3, 1, 1}, 0.8f, 0.2f, -0.6f)
        .write(folder.resolve("network/diffusion_pytorch_model.safetensors"));
  }

  private static void json(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.replace('\'', '"'));
  }

  private static TensorsWritten words() {
    float[] table = new float[3 * ROWS];
    Random random = new Random(1);
    for (int i = 3; i < table.length; i++) table[i] = random.nextFloat() - 0.5f;
    COLOURS.forEach(
        (word, colour) -> {
          int row = 1 + Math.floorMod(word.hashCode(), ROWS - 1);
          System.arraycopy(colour, 0, table, 3 * row, 3);
        });
    return new TensorsWritten().put("table.weight", new long[] {ROWS, 3}, table);
  }

  /** The mean of the latents is a picture of one colour, encoded. */
  private static TensorsWritten transformer() {
    float[] weight = new float[CHANNELS * 3];
    float[] bias = new float[CHANNELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      bias[channel] = -SHIFT * SCALE;
      for (int colour = 0; colour < 3; colour++) {
        weight[3 * channel + colour] = SCALE * share(channel, colour);
      }
    }
    return new TensorsWritten()
        .put("mean.weight", new long[] {CHANNELS, 3}, weight)
        .put("mean.bias", new long[] {CHANNELS}, bias);
  }

  /** Four channels a block: its red, green, blue and brightness. */
  private static TensorsWritten autoencoder() {
    int values = 3 * BLOCKS;
    float[] encoder = new float[CHANNELS * values];
    float[] decoder = new float[values * CHANNELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int colour = 0; colour < 3; colour++) {
        int value = colour * BLOCKS + channel / BLOCKS;
        encoder[channel * values + value] = share(channel, colour);
        if (channel % BLOCKS == colour) decoder[value * CHANNELS + channel] = 1;
      }
    }
    return new TensorsWritten()
        .put("encoder.weight", new long[] {CHANNELS, values, 1, 1}, encoder)
        .put("decoder.weight", new long[] {values, CHANNELS, 1, 1}, decoder);
  }

  /** The part of a colour in a channel. */
  private static float share(int channel, int colour) {
    int kind = channel % BLOCKS;
    if (kind == 3) return 1f / 3;
    return kind == colour ? 1 : 0;
  }
}
