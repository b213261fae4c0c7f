/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import sc.fiji.latentdiffusion.images.exchange.Found;
import sc.fiji.latentdiffusion.images.exchange.PictureSettings;

/** PNG files with the settings of other programs: their texts, and their bytes. */
final class PictureKind extends Kind {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private static final List<String> KEYS =
      List.of(
          "model",
          "width",
          "height",
          "steps",
          "guidance",
          "scheduler",
          "seed",
          "clipskip",
          "strength",
          "rescale",
          "spacing",
          "rng",
          "lora",
          "prompt",
          "negative");

  /** Keyword and text as programs write them. */
  private static final List<List<String>> SEEDS =
      List.of(
          List.of(
              "parameters",
              "cells <lora:ink:0.8>\n"
                  + "Negative prompt: blurry\n"
                  + "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 1,"
                  + " Size: 64x64, Model: \"a, b\", RNG: CPU"),
          List.of(
              "invokeai_metadata",
              "{\"positive_prompt\": \"cells\", \"steps\": 20, \"seed\": 1, \"scheduler\":"
                  + " \"euler\", \"clip_skip\": 1, \"model\": {\"name\": \"m\"}, \"loras\":"
                  + " [{\"model\": {\"name\": \"ink\"}, \"weight\": 0.5}]}"),
          List.of(
              "prompt",
              "{\"1\": {\"class_type\": \"KSampler\", \"inputs\": {\"seed\": 1, \"steps\": 20,"
                  + " \"cfg\": 7, \"sampler_name\": \"euler\", \"scheduler\": \"karras\","
                  + " \"positive\": [\"2\", 0], \"model\": [\"3\", 0], \"latent_image\": [\"4\","
                  + " 0]}}, \"2\": {\"class_type\": \"CLIPTextEncode\", \"inputs\": {\"text\":"
                  + " \"cells\"}}, \"3\": {\"class_type\": \"LoraLoader\", \"inputs\":"
                  + " {\"lora_name\": \"ink\", \"model\": [\"3\", 0]}}, \"4\": {\"class_type\":"
                  + " \"EmptyLatentImage\", \"inputs\": {\"width\": 64, \"height\": 64}}}"),
          List.of(
              "latentdiffusion",
              "command=Text to Image...\n"
                  + "steps=20\n"
                  + "scheduler=euler\n"
                  + "seed=1\n"
                  + "prompt=cells\n"
                  + "macro=x\n"));

  PictureKind() {
    super("pictures-settings", 6);
  }

  @Override
  void run(Input input, Box box) throws IOException {
    List<String> seed = input.one(SEEDS);
    boolean isText = input.isPlain() || input.below(3) > 0;
    String text = isText ? TextMutator.mutated(input, seed.get(1)) : seed.get(1);
    byte[] file = png(seed.get(0), text, input.chance(3));
    if (!isText) file = damaged(input, file);
    input.show("picture.png", file);
    Path picture = box.put("picture.png", file);
    PictureSettings.read(picture, KEYS, new Found(KEYS, values -> {}));
  }

  private static byte[] damaged(Input input, byte[] file) {
    int at = input.below(file.length);
    if (input.chance(2)) {
      input.say("cut after " + at + " bytes");
      return Arrays.copyOf(file, at);
    }
    byte[] changed = file.clone();
    changed[at] = (byte) input.below(256);
    input.say("byte " + at + " is " + changed[at]);
    return changed;
  }

  private static byte[] png(String keyword, String text, boolean isPacked) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String flags = isPacked ? "\0\1\0\0\0" : "\0\0\0\0\0";
    body.writeBytes((keyword + flags).getBytes(StandardCharsets.ISO_8859_1));
    body.writeBytes(isPacked ? packed(utf8) : utf8);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    file.writeBytes(chunk("iTXt", body.toByteArray()));
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] chunk(String type, byte[] body) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + body.length).putInt(body.length);
    chunk.put(type.getBytes(StandardCharsets.ISO_8859_1)).put(body);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + body.length);
    return chunk.putInt((int) sum.getValue()).array();
  }
}
