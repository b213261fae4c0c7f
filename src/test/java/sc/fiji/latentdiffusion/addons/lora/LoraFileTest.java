/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.DType;

class LoraFileTest {

  @TempDir Path models;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = new TensorsWritten().add("a", 2).write(models.resolve("lora/ink, v:2.safetensors"));
    new TensorsWritten().add("a", 2).write(models.resolve("lora/own/adapter_model.safetensors"));
    new TensorsWritten().add("a", 2).write(models.resolve("lora/deep/zell färben.safetensors"));
  }

  private String found(String name) throws IOException {
    return LoraFile.find(name, models).path().toString();
  }

  @Test
  void aNameIsFoundInTheFolderOfLorasWithAndWithoutItsEnding() throws IOException {
    assertEquals(file.toString(), found("ink, v:2"));
    assertEquals(file.toString(), found("ink, v:2.safetensors"));
    assertEquals(
        models.resolve("lora/deep/zell färben.safetensors").toString(), found("deep/zell färben"));
  }

  @Test
  void aPathIsTakenAsGiven() throws IOException {
    assertEquals(file.toString(), found(file.toString()));
  }

  @Test
  void aFolderOfPeftIsItsOneFileAndIsNamedByTheFolder() throws IOException {
    LoraFile own = LoraFile.find("own", models);
    assertEquals("own/adapter_model.safetensors", own.name());
    assertEquals("ink, v:2.safetensors", LoraFile.find("ink, v:2", models).name());
    assertTrue(own.adapterConfig().isEmpty());
    Files.writeString(own.path().resolveSibling("adapter_config.json"), "{\"lora_alpha\": 3}");
    assertEquals(3, own.adapterConfig().get().integer("lora_alpha"));
  }

  @Test
  void aFileComesBeforeAFolderOfItsName() throws IOException {
    Path ink = new TensorsWritten().add("a", 2).write(models.resolve("lora/own.safetensors"));
    assertEquals(ink.toString(), found("own"));
  }

  @Test
  void aNameThatIsNowhereIsToldWithWhatThereIs() {
    String message = refusal("inc");
    assertTrue(message.contains("\"inc\"") && message.contains("ink, v:2.safetensors"), message);
    assertTrue(message.contains(models.resolve("lora").toString()), message);
  }

  @Test
  void aFolderWithoutALoraIsRefused() {
    String message = refusal("deep");
    assertTrue(message.contains("pytorch_lora_weights.safetensors"), message);
    assertTrue(message.contains("zell färben.safetensors"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.pt", "x.ckpt", "x.BIN"})
  void pickledFilesAreRefused(String name) throws IOException {
    Files.writeString(models.resolve("lora").resolve(name), "");
    assertTrue(refusal(name).contains("PyTorch's own files"), refusal(name));
  }

  @Test
  void aFileWithoutTensorsIsRefused() throws IOException {
    Path empty = new TensorsWritten().write(models.resolve("lora/empty.safetensors"));
    assertTrue(refusal("empty").contains(empty + " holds no tensor"), refusal("empty"));
  }

  @Test
  void textsOfTheHeaderAreRead() throws IOException {
    Path said = new TensorsWritten().add("a", 1).say("by", "µ").write(models.resolve("s"));
    assertEquals("µ", LoraFile.open(said).metadata().get("by"));
  }

  /** The bits of IEEE 754, by hand: 1, −2, the least and the largest finite number, 1/3. */
  @ParameterizedTest
  @CsvSource({
    "F16, 3c00, 1", "F16, c000, -2", "F16, 0001, 5.960464477539063e-8", "F16, 7bff, 65504",
    "F16, 3555, 0.333251953125", "F16, 7c00, Infinity", "F16, fe00, NaN", "BF16, 3f80, 1",
    "BF16, c0a0, -5", "I16, fffe, -2", "U8, ff, 255"
  })
  void numbersOfEveryTypeAreRead(String dtype, String bits, double expected) throws IOException {
    assertEquals(expected, LoraFile.open(scalar(dtype, bits)).number("alpha"));
  }

  private Path scalar(String dtype, String bits) throws IOException {
    int value = Integer.parseInt(bits, 16);
    int bytes = DType.of(dtype).bytes();
    String header =
        "{\"alpha\":{\"dtype\":\"%s\",\"shape\":[],\"data_offsets\":[0,%d]}}"
            .formatted(dtype, bytes);
    byte[] file = new byte[8 + header.length() + bytes];
    file[0] = (byte) header.length();
    System.arraycopy(header.getBytes(), 0, file, 8, header.length());
    for (int i = 0; i < bytes; i++) {
      file[8 + header.length() + i] = (byte) (value >> 8 * i);
    }
    return Files.write(models.resolve("scalar.safetensors"), file);
  }

  @Test
  void severalNumbersAreNotOne() throws IOException {
    LoraFile lora = LoraFile.find("own", models);
    String message = assertThrows(IOException.class, () -> lora.number("a")).getMessage();
    assertTrue(message.contains("\"a\": expected one number, found F32[2]"), message);
  }

  private String refusal(String name) {
    return assertThrows(IOException.class, () -> LoraFile.find(name, models)).getMessage();
  }
}
