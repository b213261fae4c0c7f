/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.addons.embedding.EmbeddingFile;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.tiny.TinyDecoderFile;

/** Wrong files are called what they are at every door by which a file can come in. */
class WrongFilesTest {

  @TempDir Path temp;

  /** A way to give a file. */
  @FunctionalInterface
  private interface Door {
    Object open(Path file) throws IOException;
  }

  private Map<String, Door> doors() {
    Map<String, Door> doors = new LinkedHashMap<>();
    doors.put("a model", Model::open);
    doors.put("a LoRA", LoraFile::open);
    doors.put("a ControlNet", ControlNetFile::open);
    doors.put("a textual inversion", EmbeddingFile::open);
    doors.put(
        "a small decoder",
        file -> {
          Path home = Files.createDirectories(temp.resolve("models"));
          Files.copy(file, home.resolve("taesd_decoder.safetensors"));
          try {
            return TinyDecoderFile.find("taesd", home);
          } finally {
            Files.delete(home.resolve("taesd_decoder.safetensors"));
          }
        });
    return doors;
  }

  /** Files without tensors, by their bytes. */
  private static Stream<String[]> formats() {
    return Stream.of(
        new String[] {"<!DOCTYPE html>\n<html><head><title>Sign in</title></head>", "a web page"},
        new String[] {"\n\n  <HTML><body>Log in to download</body></HTML>", "a web page"},
        new String[] {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "a text in XML"},
        new String[] {"{\"error\": \"Invalid credentials in Authorization\"}", "a text in JSON"},
        new String[] {"version https://git-lfs.github.com/spec/v1\noid sha", "a Git LFS pointer"},
        new String[] {"\u001f\u008b\u0008" + "x".repeat(40), "compressed by gzip"},
        new String[] {"\u0089PNG\r\n\u001a\n" + "x".repeat(40), "a picture (PNG)"},
        new String[] {"\u00ff\u00d8\u00ff\u00e0" + "x".repeat(40), "a picture (JPEG)"},
        new String[] {"RIFF\u0024\u0000\u0000\u0000WEBPVP8 " + "x".repeat(40), "a picture (WebP)"},
        new String[] {"GGML\u0003" + "x".repeat(40), "a file of llama.cpp"},
        new String[] {"Rar!\u001a\u0007\u0001" + "x".repeat(40), "a RAR archive"},
        new String[] {"7z\u00bc\u00af\u0027\u001c" + "x".repeat(40), "a 7z archive"},
        new String[] {"\u0080\u0006\u0095" + "x".repeat(40), "newer protocol than 5"},
        new String[] {"\u0000".repeat(4096), "as its download broke off"},
        new String[] {"", "is empty"},
        new String[] {"\u0028\u0023\u0000\u0000\u0000\u0000\u0000\u0000{\"model", "is truncated"});
  }

  @ParameterizedTest
  @MethodSource("formats")
  void filesWithoutTensorsAreCalledWhatTheyAre(String content, String what) throws IOException {
    Path file = temp.resolve("x.safetensors");
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    refusedAtEveryDoor(file, what, "");
    wrong("a model", Files.copy(file, temp.resolve("x.ckpt")), what);
    wrong("a textual inversion", Files.copy(file, temp.resolve("x.pt")), what);
  }

  /** Files of other kinds, by the names of their tensors. */
  private static Stream<String[]> kinds() {
    return Stream.of(
        new String[] {"a T2I-Adapter", "adapter.body.0.resnets.0.block1.weight,adapter.conv_in.x"},
        new String[] {"a T2I-Adapter", "conv_in.weight,body.0.block1.weight,body.0.block2.weight"},
        new String[] {"an IP-Adapter", "image_proj.proj.weight,ip_adapter.1.to_k_ip.weight"},
        new String[] {
          "a ControlNet-LLLite", "lllite_unet_a.cond_emb.weight,lllite_unet_a.down.0.x"
        },
        new String[] {"an AnimateDiff", "down_blocks.0.motion_modules.0.norm.weight,other.x.y"},
        new String[] {
          "an AnimateDiff",
          "down_blocks.0.motion_modules.0.a.processor.to_q_lora.down.weight,"
              + "down_blocks.0.motion_modules.0.a.processor.to_q_lora.up.weight"
        },
        new String[] {"a VeRA adapter", "base_model.vera_A,base_model.model.mid.vera_lambda_b"},
        new String[] {"an upscaler", "model.0.weight,model.1.sub.0.RDB1.conv1.0.weight"},
        new String[] {"a CLIP vision", "vision_model.embeddings.a,vision_model.encoder.b"},
        new String[] {"Lumina", "cap_embedder.0.weight,noise_refiner.0.attention.qkv.weight"},
        new String[] {"a PhotoMaker", "id_encoder.vision_model.a,lora_weights.unet.b"});
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void filesOfKindsThatAreNotSupportedAreCalledWhatTheyAre(String what, String names)
      throws IOException {
    Path file = temp.resolve("x.safetensors");
    write(names.split(",")).write(file);
    refusedAtEveryDoor(file, what, "not supported; expected ");
  }

  private void refusedAtEveryDoor(Path file, String what, String expected) {
    doors()
        .forEach(
            (kind, door) -> {
              IOException e = assertThrows(IOException.class, () -> door.open(file), kind);
              assertTrue(e.getMessage().contains(what), kind + ": " + e.getMessage());
              if (expected.isEmpty()) return;
              assertTrue(e.getMessage().contains(expected + kind), kind + ": " + e.getMessage());
            });
  }

  @Test
  void filesForAnotherKeyAreCalledWhatTheyAreWithTheKey() throws IOException {
    Path file = temp.resolve("x.safetensors");
    write("lora_unet_a.lora_up.weight", "lora_unet_a.lora_down.weight", "other").write(file);
    wrong("a model", file, "is a LoRA, expected a model; give it by the key lora");
    wrong("a ControlNet", file, "is a LoRA, expected a ControlNet; give it by the key lora");
    wrong("a textual inversion", file, "is a LoRA, expected a textual inversion");
    write("clip_l", "clip_g").write(file);
    wrong("a LoRA", file, "is a textual inversion, expected a LoRA; give it by the key embeddings");
  }

  private void wrong(String door, Path file, String message) {
    IOException e = assertThrows(IOException.class, () -> doors().get(door).open(file));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  private static TensorsWritten write(String... names) {
    TensorsWritten tensors = new TensorsWritten();
    for (String name : names) tensors.add(name, 1);
    return tensors;
  }

  /** A kind is decided by what is there, not by one name that looks like another kind. */
  @Test
  void strayTensorsBesideAWholeModelAreNamedAndLeftOut() throws IOException {
    Map<String, StoredTensor> model = TensorFile.read(TestResources.MICRO_SAFETENSORS).tensors();
    Path file = temp.resolve("x.safetensors");
    String[][] rows = {
      {"lora_unet_conv_in.alpha", "1 of a LoRA (lora_unet_conv_in.alpha)"},
      {"control_model.input_blocks.0.0.weight", "1 of a ControlNet"},
      {"clip_l.text_model.x", "1 of a textual inversion"},
      {"emb_params", "1 of a textual inversion"},
      {"joint_blocks.note", "1 of a transformer of Stable Diffusion 3"},
      {"text_model.final_layer_norm.weight", "1 of a text encoder alone"},
      {"embedding_manager.embedder.string_to_param.*", "1 of a textual inversion"},
      {"something.else", "1 of no known kind (something.else)"},
    };
    for (String[] row : rows) {
      new TensorsWritten().copy(model).add(row[0], 1).write(file);
      String notes = Model.open(file).notes().toString();
      assertTrue(notes.contains(row[1]) && notes.contains("not used"), notes);
    }
    assertEquals(0, Model.open(TestResources.MICRO_SAFETENSORS).notes().size());
  }

  @Test
  void tensorsByWhichTheWeightsMeanSomethingElseAreRefused() throws IOException {
    Map<String, StoredTensor> model = TensorFile.read(TestResources.MICRO_SAFETENSORS).tensors();
    Path file = temp.resolve("x.safetensors");
    new TensorsWritten().copy(model).add("scaled_fp8", 1).write(file);
    wrong("a model", file, "float8 with scales (scaled_fp8");
    new TensorsWritten().copy(model).add("edm_mean", 4).write(file);
    wrong("a model", file, "Playground 2.5, which is not supported");
  }
}
