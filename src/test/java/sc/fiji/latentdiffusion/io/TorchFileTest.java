/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.io.model.SingleFileTest;

/** Reads files of torch.save; {@code src/test/python/original.py} makes them. */
class TorchFileTest {

  /** A dict with the tensor "w", float32 [2, 3] row by row, in the storage "0". */
  private static final String TENSOR =
      "}U\u0001wctorch._utils\n_rebuild_tensor_v2\n((U\u0007storagectorch\nFloatStorage\n"
          + "U\u00010U\u0003cpuK\u0006tQK\u0000K\u0002K\u0003\u0086K\u0003K\u0001\u0086\u0089NtRs.";

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"text_encoder.bin, text_encoder", "vae.bin, vae"})
  void bothFormsThatTorchSavesHoldTheFoldersTensors(String name, String component)
      throws IOException {
    SingleFileTest.assertSame(
        ModelFolder.open(TestResources.MICRO).tensors(component),
        TensorFile.read(TestResources.original(name)).tensors());
  }

  @Test
  void trainersCheckpointGivesItsStateDictAndItsNumbers() throws IOException {
    TensorFile file = TensorFile.read(TestResources.MICRO_CKPT);
    assertEquals("110000", file.metadata().get("global_step"));
    assertTrue(file.tensors().containsKey("cond_stage_model.model.logit_scale"));
    assertTrue(file.tensors().keySet().stream().noneMatch(name -> name.contains("step")));
  }

  @Test
  void tensorIsMappedWhereItLies() throws IOException {
    StoredTensor tensor = read(TENSOR, 24).tensors().get("w");
    assertEquals("w F32[2, 3]", tensor.toString());
    assertEquals(5f, tensor.bytes().getFloat(20));
  }

  @Test
  void tensorsAreFoundInDictsWithinDicts() throws IOException {
    String inner = TENSOR.substring(0, TENSOR.length() - 1);
    String twice = "}U\nstate_dict}U\nstate_dict" + inner + "ss.";
    assertTrue(read(twice, 24).tensors().containsKey("w"));
    refused("holds no tensors", archive("}q\u0001U\nstate_dicth\u0001s.", 24, ZipEntry.STORED));
  }

  /** A module with its tensors in its state, the form of the first textual inversions. */
  @Test
  void tensorsOfAParameterDictAreRead() throws IOException {
    String inner = TENSOR.substring(0, TENSOR.length() - 1);
    String dict = "ctorch.nn.modules.container\nParameterDict\n)\u0081}U\u000b_parameters";
    TensorFile file = read("}U\u000fstring_to_param" + dict + inner + "sbs.", 24);
    assertEquals("w F32[2, 3]", file.tensors().get("w").toString());
  }

  /** Tuples of the tuple before, twice: a text of it would have 2^40 parts. */
  @Test
  void pickleThatHoldsItselfManyTimesIsRefusedAtOnce() throws IOException {
    String nested = ")q\u0000" + "0h\u0000h\u0000\u0086q\u0000".repeat(40) + "Q.";
    refused("is no storage of numbers", archive(nested, 24, ZipEntry.STORED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cposix\nsystem\n(U\u0008touch xxtR.|asks for posix.system, which no file of weights",
        "cbuiltins\neval\n(U\u00011tR.|asks for builtins.eval",
        "\u008c\u0002os\u008c\u0006system\u0093.|asks for os.system",
        "ctorch.jit\n_pickle\n.|asks for torch.jit._pickle",
        "i\n.|the opcode 0x69 at byte 2",
        "K\u0001.|expected a dict of tensors",
        "}.|holds no tensors",
        "}U\u0001w|ends too early",
        "}s.|is damaged",
        "h\u0007.|nothing was stored as 7",
        "}U\u0001wX\u00ff\u00ff\u00ff\u007f|ends too early",
        "ctorch\nSize\n)R.|has 0 values, expected 1",
        "ctorch\nSize\nN\u0085R.|has None where a list was expected",
        "ctorch._utils\n_rebuild_parameter\n)R.|has 0 values, expected 1",
        "ctorch._utils\n_rebuild_tensor_v2\n(N\u0088K\u0001K\u0001tR.|where a storage was expected",
        "ccollections\nOrderedDict\n])a\u0085R.|an entry of a dict in its pickle has 0 values",
        "ccollections\nOrderedDict\n]K\u0001a\u0085R.|is a whole number, expected a list",
        "K\u0001)R.|has a whole number where a class was expected",
        ")K\u0001a.|something is added to a tuple",
      })
  void pickleOfAnythingElseIsRefusedByNameAndNothingIsExecuted(String row) throws IOException {
    String[] parts = row.split("\\|");
    refused(parts[1], archive(parts[0], 24, ZipEntry.STORED));
    assertFalse(Files.exists(Path.of("xx")));
  }

  /** One list of 500 pairs, and dicts of it: 30 kB that would take a gigabyte. */
  @Test
  void pickleThatMakesMillionsOfValuesIsRefused() throws IOException {
    String pairs = "](" + "U\u0001aN\u0086".repeat(500) + "eq\u0001";
    String dicts = "ccollections\nOrderedDict\nh\u0001\u0085R".repeat(3000);
    refused("makes more than 1000000 values", archive(pairs + dicts + ".", 24, ZipEntry.STORED));
  }

  @Test
  void tensorWhoseSizesCanNotBeMultipliedIsRefused() throws IOException {
    String huge = "\u008a\u0006\u0000\u0000\u0000\u0000\u0000\u0001";
    String sizes = TENSOR.replace("K\u0002K\u0003\u0086", huge + huge + "\u0086");
    refused("has no possible shape", archive(sizes, 24, ZipEntry.STORED));
  }

  /** What torch and pickle save beside weights: each is called what it is. */
  @Test
  void filesThatHoldNoWeightsAreCalledWhatTheyAre() throws IOException {
    String networks = "}M\u0000\u0003]" + TENSOR.substring(0, TENSOR.length() - 1) + "as.";
    IOException e = assertThrows(IOException.class, () -> read(networks, 24));
    assertTrue(e.getMessage().contains("a.ckpt is a hypernetwork, which is not supported"));
    Path program = temp.resolve("program.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(program))) {
      add(zip, "p/data.pkl", new byte[] {'N', '.'}, ZipEntry.STORED);
      add(zip, "p/constants.pkl", new byte[] {')', '.'}, ZipEntry.STORED);
    }
    refused("it is a TorchScript program, expected weights", program);
    byte[] numbers = "\u0080\u0002](K\u0001K\u0002e.".getBytes(StandardCharsets.ISO_8859_1);
    Path list = Files.write(temp.resolve("list.pt"), numbers);
    refused("it is a pickle, but not of torch.save", list);
  }

  /** A list of the list before, twice, as the key of a storage: its text would have 2^40 parts. */
  @Test
  void storageOfTheOldFormMustHaveATextAsItsKey() throws IOException {
    String magic =
        "\u0080\u0002\u008a\n\u006c\u00fc\u009c\u0046\u00f9\u0020\u006a\u00a8\u0050\u0019.";
    String other = "\u0080\u0002}.";
    String key = "]q\u0000" + "h\u0000h\u0000\u0086q\u0000".repeat(40);
    String keys = "\u0080\u0002](" + key + "e.";
    Path file = temp.resolve("old.pt");
    String all = magic + other + other + other + keys;
    Files.write(file, all.getBytes(StandardCharsets.ISO_8859_1));
    refused("the list of storages in its pickle has a list where a text was expected", file);
  }

  @Test
  void interruptedThreadReadsOnAndStaysInterrupted() throws IOException {
    Path file = archive(TENSOR, 24, ZipEntry.STORED);
    Thread.currentThread().interrupt();
    TensorFile read = TensorFile.read(file);
    assertTrue(Thread.interrupted());
    assertEquals(5f, read.tensors().get("w").bytes().getFloat(20));
  }

  @Test
  void tensorLargerThanItsStorageIsRefused() throws IOException {
    refused("tensor \"w\" is larger than the 20 bytes", archive(TENSOR, 20, ZipEntry.STORED));
  }

  @Test
  void tensorWithoutItsStorageIsRefused() throws IOException {
    refused("has no bytes in it", archive(TENSOR.replace("U\u00010", "U\u00011"), 24, 0));
  }

  /** {@code src/test/python/saved.py} makes the files. */
  @Test
  void tensorsAreReadInAllTheWaysInWhichScriptsSaveThem() throws IOException {
    try (Stream<Path> files = Files.list(TestResources.original("saved"))) {
      for (Path file : files.toList()) {
        Map<String, StoredTensor> tensors = TensorFile.read(file).tensors();
        assertEquals(Set.of("w", "v"), tensors.keySet(), file::toString);
        assertArrayEquals(new long[] {2, 3, 2, 2}, tensors.get("w").shape());
        assertArrayEquals(counted(24), numbers(tensors.get("w")), file::toString);
        assertArrayEquals(counted(6), numbers(tensors.get("v")), file::toString);
      }
    }
  }

  /** Numbers, one after the other, modulo 16. */
  private static double[] counted(int count) {
    return IntStream.range(0, count).mapToDouble(i -> i % 16).toArray();
  }

  private static double[] numbers(StoredTensor tensor) throws IOException {
    ByteBuffer bytes = tensor.bytes();
    int count = (int) tensor.elements();
    return IntStream.range(0, count).mapToDouble(i -> tensor.dtype().number(bytes, i)).toArray();
  }

  @Test
  void partsOfATensorInAnotherOrderAreReadFromAnyByteOn() throws IOException {
    Path file = TestResources.original("saved/channels-last.pt");
    StoredTensor whole = TensorFile.read(file).tensors().get("w");
    StoredTensor second = whole.part("second", 1, 2);
    assertEquals(12, numbers(second)[0]);
    assertEquals(23 % 16, numbers(second)[11]);
    ByteBuffer part = ByteBuffer.allocate(13).order(ByteOrder.LITTLE_ENDIAN);
    whole.read(4 * 5 - 1, part);
    assertEquals(5, part.getFloat(1));
    assertEquals(6, part.getFloat(5));
  }

  /** Each length of a header of safetensors may begin as a pickle does. */
  @Test
  void safetensorsWhoseHeaderIsAsLongAsAPickleBeginsIsNoPickle() throws IOException {
    Path file = temp.resolve("x.safetensors");
    String tensor = "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    String header = tensor + " ".repeat(0x0280 - tensor.length());
    ByteBuffer bytes = ByteBuffer.allocate(8 + 0x0280 + 1).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(0x0280).put(header.getBytes()).array());
    assertEquals(Set.of("w"), TensorFile.read(file).tensors().keySet());
  }

  @Test
  void tensorWithStepsBackwardsOrBeyondItsStorageIsRefused() throws IOException {
    String beyond = TENSOR.replace("K\u0003K\u0001\u0086", "K\u0009K\u0001\u0086");
    refused("is larger than the 24 bytes", archive(beyond, 24, ZipEntry.STORED));
    String back = TENSOR.replace("K\u0003K\u0001\u0086", "J\u00ff\u00ff\u00ff\u00ffK\u0001\u0086");
    refused("has no possible shape", archive(back, 24, ZipEntry.STORED));
  }

  @Test
  void compressedEntriesAreRefusedUnread() throws IOException {
    refused("is compressed", archive(TENSOR, 1 << 24, ZipEntry.DEFLATED));
  }

  @Test
  void fileThatIsCutIsRefused() throws IOException {
    for (String name : new String[] {"micro.ckpt", "text_encoder.bin", "vae.bin"}) {
      byte[] whole = Files.readAllBytes(TestResources.original(name));
      for (int length : new int[] {4, 100, whole.length / 2, whole.length - 30}) {
        Path file = temp.resolve("cut");
        Files.write(file, Arrays.copyOf(whole, length));
        refused("is not read: ", file);
      }
    }
  }

  private TensorFile read(String pickle, int storage) throws IOException {
    return TensorFile.read(archive(pickle, storage, ZipEntry.STORED));
  }

  private void refused(String part, Path file) {
    IOException e = assertThrows(IOException.class, () -> TensorFile.read(file));
    assertTrue(e.getMessage().contains(part), e::getMessage);
    assertTrue(e.getMessage().startsWith(file.toString()), e::getMessage);
    assertTrue(e.getMessage().contains("; copy or download it again, or take"), e::getMessage);
  }

  /**
   * Returns a file of torch.save: a pickle of protocol 2, and a storage of 0, 1, 2, … in float32.
   */
  private Path archive(String pickle, int storage, int method) throws IOException {
    byte[] numbers = new byte[storage];
    for (int i = 0; i + 4 <= Math.min(24, storage); i += 4) {
      int bits = Float.floatToIntBits(i / 4);
      for (int k = 0; k < 4; k++) numbers[i + k] = (byte) (bits >> 8 * k);
    }
    Path file = temp.resolve("a.ckpt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      byte[] bytes = ("\u0080\u0002" + pickle).getBytes(StandardCharsets.ISO_8859_1);
      add(zip, "a/data.pkl", bytes, method);
      add(zip, "a/data/0", numbers, method);
    }
    return file;
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes, int method)
      throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(method);
    if (method == ZipEntry.STORED) {
      entry.setSize(bytes.length);
      entry.setCrc(crc.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
