/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.GgufWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;

class GgufHeaderTest {

  private static final int F32 = 0;
  private static final int Q8_0 = 8;
  private static final long[] ONE = {1};

  @TempDir Path folder;

  private Map<String, StoredTensor> tensors(GgufWritten file) throws IOException {
    return TensorFile.read(file.write(folder.resolve("x.gguf"))).tensors();
  }

  private String refusal(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("x.gguf"), bytes);
    String message = assertThrows(IOException.class, () -> TensorFile.read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message;
  }

  private void refused(GgufWritten file, String... parts) throws IOException {
    String message = refusal(file.bytes());
    for (String part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void tensorsOfTheReferencesWriterAreRead() throws IOException {
    TensorFile file = TensorFile.read(TestResources.golden("gguf/blocks.gguf"));
    assertEquals("flux", file.metadata().get("general.architecture"));
    assertEquals(13, file.tensors().size());
    for (StoredTensor tensor : file.tensors().values()) {
      assertEquals(DType.valueOf(tensor.name()), tensor.dtype());
      assertArrayEquals(new long[] {2, 512}, tensor.shape());
      assertEquals(1024, tensor.elements());
    }
    assertEquals(4 * 144, file.tensors().get("Q4_K").byteCount());
  }

  @Test
  void sizesStandInTheOrderOfOtherFormats() throws IOException {
    GgufWritten file =
        new GgufWritten("sd3")
            .version(2)
            .tensor("a", F32, ONE, new byte[4])
            .tensor("b", Q8_0, new long[] {3, 64}, new byte[6 * 34])
            .tensor("none", F32, new long[] {}, new byte[] {0, 0, (byte) 0x80, 0x3f});
    Map<String, StoredTensor> read = tensors(file);
    assertArrayEquals(new long[] {3, 64}, read.get("b").shape());
    assertEquals(6 * 34, read.get("b").byteCount());
    assertEquals(1, read.get("none").number());
  }

  /** ComfyUI-GGUF sees some tensors as matrices, and notes their shape. */
  @Test
  void aNotedShapeHolds() throws IOException {
    byte[] shape = {5, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0};
    GgufWritten file =
        new GgufWritten("flux")
            .setting("comfy.gguf.orig_shape.w", 9, shape)
            .tensor("w", F32, new long[] {2, 3}, new byte[24]);
    assertArrayEquals(new long[] {2, 1, 3}, tensors(file).get("w").shape());
    file =
        new GgufWritten("flux")
            .setting("comfy.gguf.orig_shape.w", 9, shape)
            .tensor("w", F32, new long[] {2, 2}, new byte[16]);
    refused(file, "[2, 2] can't be seen as [2,1,3]");
  }

  @Test
  void t5HasTheNamesOfTransformers() throws IOException {
    GgufWritten file = new GgufWritten("t5encoder");
    List<String> names =
        List.of(
            "token_embd.weight", "enc.blk.11.attn_rel_b.weight", "enc.blk.0.ffn_up.weight", "x");
    for (String name : names) file.tensor(name, F32, ONE, new byte[4]);
    List<String> expected =
        List.of(
            "shared.weight",
            "encoder.block.11.layer.0.SelfAttention.relative_attention_bias.weight",
            "encoder.block.0.layer.1.DenseReluDense.wi_1.weight",
            "x");
    assertEquals(expected, List.copyOf(tensors(file).keySet()));
  }

  @ParameterizedTest
  @CsvSource({
    "wan, a model for videos (wan)",
    "hyvid, a model for videos",
    "lumina2, Lumina 2 or Z-Image",
    "sdxl, a U-Net of Stable Diffusion XL",
    "mamba, a model of another architecture (mamba)"
  })
  void anotherArchitectureIsNamed(String name, String text) throws IOException {
    GgufWritten file = new GgufWritten(name).tensor("a", F32, ONE, new byte[4]);
    refused(file, "is " + text, "expected the transformer of FLUX.1 (flux)", "T5");
  }

  @Test
  void aLanguageModelIsKnownByItsVocabulary() throws IOException {
    GgufWritten file = new GgufWritten("llama").text("tokenizer.ggml.model", "gpt2");
    refused(file, "is a language model (llama)", "Stable Diffusion 3 (sd3)");
  }

  @ParameterizedTest
  @CsvSource({
    "4, version 4, a newer version of this plugin",
    "1, version 1, take a newer file",
    "50331648, big-endian, take a newer file"
  })
  void anotherVersionIsRefused(int version, String found, String advice) throws IOException {
    refused(new GgufWritten("flux").version(version), "expected version 2 or 3", found, advice);
  }

  @Test
  void otherFilesAreNotTakenForIt() throws IOException {
    byte[] bytes = new GgufWritten("flux").bytes();
    bytes[2] = 'M';
    bytes[3] = 'L';
    assertTrue(refusal(bytes).contains("llama.cpp before GGUF"));
  }

  @Test
  void anUnknownQuantisationIsRefusedWithThoseThatAreRead() throws IOException {
    GgufWritten file = new GgufWritten("flux").tensor("w", 20, new long[] {32}, new byte[18]);
    refused(file, "tensor \"w\"", "number 20", "Q4_K", "take another file");
  }

  @Test
  void rowsAreWholeBlocks() throws IOException {
    GgufWritten file = new GgufWritten("flux").tensor("w", Q8_0, new long[] {2, 48}, new byte[102]);
    refused(file, "multiple of 32", "found 48");
  }

  @Test
  void partsOfBlocksAreRefused() throws IOException {
    StoredTensor tensor =
        tensors(new GgufWritten("flux").tensor("w", Q8_0, new long[] {96}, new byte[102])).get("w");
    assertEquals(32, tensor.part("x", 1, 3).elements());
    assertThrows(IOException.class, () -> tensor.part("x", 1, 6));
    assertThrows(IOException.class, tensor::withHalvesSwapped);
  }

  /** Wherever a copy broke off, it is an error that names the file. */
  @Test
  void aFileThatIsCutAnywhereIsTruncated() throws IOException {
    byte[] bytes =
        new GgufWritten("flux")
            .text("key", "value")
            .tensor("w", Q8_0, new long[] {2, 32}, new byte[68])
            .bytes();
    Path file = folder.resolve("x.gguf");
    for (int length = 4; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      String message = assertThrows(EOFException.class, () -> TensorFile.read(file)).getMessage();
      assertTrue(message.contains("is truncated"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-32, 0, 1L << 62, Long.MAX_VALUE - 31})
  void placesOutsideTheFileOrInAnotherTensorAreRefused(long begin) throws IOException {
    GgufWritten file =
        new GgufWritten("flux")
            .tensor("a", F32, new long[] {2}, new byte[8])
            .tensor("b", F32, new long[] {2}, begin, new byte[8]);
    refused(file, "\"");
  }

  @Test
  void damagedHeadersAreRefused() throws IOException {
    long[] huge = {1L << 40, 1L << 40};
    refused(new GgufWritten("flux").tensor("w", F32, huge, new byte[4]), "no tensor has the shape");
    refused(new GgufWritten("flux").tensor("w", F32, new long[9], new byte[4]), "dimensions");
    refused(new GgufWritten("flux").setting("k", 13), "unknown type 13");
    refused(new GgufWritten("flux").text("general.alignment", "0"), "general.alignment");
    refused(new GgufWritten("flux").setting("split.count", 2, (byte) 3, (byte) 0), "3 parts");
    GgufWritten twice = new GgufWritten("flux").tensor("w", F32, ONE, new byte[4]);
    refused(twice.tensor("w", F32, ONE, new byte[4]), "\"w\" twice");
    byte[] deep = new byte[60];
    for (int i = 0; i < deep.length; i += 12) {
      deep[i] = 9; // an array of one array
      deep[i + 4] = 1;
    }
    refused(new GgufWritten("flux").setting("k", 9, deep), "arrays in arrays");
  }
}
