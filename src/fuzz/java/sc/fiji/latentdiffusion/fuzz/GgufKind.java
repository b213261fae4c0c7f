/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.pipeline.Request;

/** A transformer of FLUX.1 and its T5 text encoder in GGUF, one of them damaged. */
final class GgufKind extends Kind {

  /** Numbers that a count, a size, a type or a place may be. */
  private static final List<Long> NUMBERS =
      List.of(0L, 1L, -1L, 2L, 7L, 31L, 32L, 255L, 1L << 20, 1L << 31, 1L << 40, Long.MAX_VALUE);

  /** About where the headers of both files end. */
  private static final int HEADER = 6000;

  /** What belongs to both, from their places among the seeds to those in the models folder. */
  private static final Map<String, List<String>> BESIDE =
      Map.of(
          "golden/gguf/flux:flux",
          List.of("transformer/config.json", "scheduler/scheduler_config.json"),
          "golden/flux/shared/tokenizer:flux/tokenizer",
          List.of("merges.txt", "special_tokens_map.json", "tokenizer_config.json", "vocab.json"),
          "golden/flux/shared/tokenizer_2:t5",
          List.of("tokenizer.json", "tokenizer_config.json"),
          "golden/gguf/t5:t5",
          List.of("config.json"),
          "golden/flux/shared/text_encoder:clip",
          List.of("config.json", "model.safetensors"),
          "golden/flux/shared/vae:flux-vae",
          List.of("config.json", "diffusion_pytorch_model.safetensors"));

  GgufKind() {
    super("gguf", 6);
  }

  @Override
  void run(Input input, Box box) throws IOException {
    byte[] flux = box.seed("golden/gguf/flux.gguf");
    byte[] t5 = box.seed("golden/gguf/t5.gguf");
    boolean isEncoder = input.chance(3);
    byte[] changed = changed(input, isEncoder ? t5 : flux);
    String file = isEncoder ? "t5.gguf" : "flux.gguf";
    box.put("flux.gguf", flux);
    box.put("t5.gguf", t5);
    box.put(file, changed);
    for (Map.Entry<String, List<String>> folder : BESIDE.entrySet()) {
      String[] both = folder.getKey().split(":");
      for (String name : folder.getValue()) {
        box.put(both[1] + "/" + name, box.seed(both[0] + "/" + name));
      }
    }
    input.show(file, changed);
    if (input.chance(4)) Doors.modelInfo(box, file);
    Request request = Doors.request("flux.gguf").withVae("flux-vae").withEncoders("clip, t5.gguf");
    Doors.textToImage(box, request);
  }

  private static byte[] changed(Input input, byte[] file) {
    byte[] bytes = file.clone();
    int count = input.count();
    for (int i = 0; i < count; i++) {
      int at = input.below(Math.min(HEADER, bytes.length - 8));
      switch (input.below(4)) {
        case 0 -> {
          bytes = Arrays.copyOf(bytes, Math.max(16, input.below(bytes.length)));
          input.say("cut after " + bytes.length + " bytes");
        }
        case 1 -> {
          long number = input.one(NUMBERS);
          ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, number);
          input.say("the number at " + at + " is " + number);
        }
        case 2 -> {
          int anywhere = input.below(bytes.length);
          bytes[anywhere] = (byte) input.below(256);
          input.say("byte " + anywhere + " is " + bytes[anywhere]);
        }
        default -> {
          bytes[at] ^= (byte) (1 << input.below(8));
          input.say("byte " + at + " is " + bytes[at]);
        }
      }
    }
    return bytes;
  }
}
