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
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = temp.resolve("weights.safetensors");
  }

  @Test
  void tensorsLieInTheFilesOrderAndMetadataIsNone() throws IOException {
    write(
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]},"
            + "\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[0,4]}}",
        new byte[] {1, 2, 3, 4, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0});
    Map<String, StoredTensor> tensors = SafeTensors.read(file);
    assertEquals(List.of("a", "b"), List.copyOf(tensors.keySet()));
    StoredTensor b = tensors.get("b");
    assertEquals(DType.F32, b.dtype());
    assertArrayEquals(new long[] {2}, b.shape());
    assertEquals(8, b.byteCount());
    assertEquals(file, b.file());
    assertEquals(1f, b.bytes().getFloat(0));
    assertEquals(-2f, part(b, 4, 4).getFloat(0));
    assertEquals(0x0201, tensors.get("a").bytes().getShort(0));
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, mode = EnumSource.Mode.MATCH_NONE, names = "Q.*")
  void everyDTypeIsReadWithItsSize(DType dtype) throws IOException {
    write(one(dtype.name(), "[3]", "[0," + 3 * dtype.bytes() + "]"), 3 * dtype.bytes());
    assertEquals(dtype, SafeTensors.read(file).get("x").dtype());
  }

  @Test
  void bytesAreLittleEndian() throws IOException {
    write(one("U8", "[3]", "[0,3]"), 3);
    ByteBuffer bytes = SafeTensors.read(file).get("x").bytes();
    assertEquals(ByteOrder.LITTLE_ENDIAN, bytes.order());
    assertEquals(3, bytes.remaining());
  }

  @Test
  void scalarsAndEmptyTensorsAreRead() throws IOException {
    write(
        "{\"e\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[0,0]},"
            + "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
        4);
    Map<String, StoredTensor> tensors = SafeTensors.read(file);
    assertEquals(0, tensors.get("e").bytes().remaining());
    assertEquals(0, tensors.get("s").shape().length);
  }

  @Test
  void fileWithoutTensorsIsRead() throws IOException {
    write("{}   ", 0);
    assertTrue(SafeTensors.read(file).isEmpty());
  }

  @Test
  void partOutsideTheTensorIsRefused() throws IOException {
    write(one("U8", "[3]", "[0,3]"), 3);
    StoredTensor x = SafeTensors.read(file).get("x");
    assertThrows(IndexOutOfBoundsException.class, () -> part(x, 1, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> part(x, -1, 1));
  }

  @Test
  void tensorAboveTwoGibibytesIsReadInPartsOnly() throws IOException {
    long count = 3L << 30;
    writeSparse(one("U8", "[" + count + "]", "[0," + count + "]"), count, (byte) 42);
    StoredTensor x = SafeTensors.read(file).get("x");
    assertEquals(42, part(x, count - 5, 5).get(4));
    IOException e = assertThrows(IOException.class, x::bytes);
    assertTrue(e.getMessage().contains("expected at most 67108864 bytes"), e::getMessage);
  }

  @Test
  void fileCanBeDeletedAndReplacedAfterReadingItsHeader() throws IOException {
    write(one("U8", "[3]", "[0,3]"), 3);
    StoredTensor x = SafeTensors.read(file).get("x");
    Files.delete(file);
    assertThrows(IOException.class, x::bytes);
    assertFalse(Files.exists(file));
  }

  @Test
  void fileThatShrankAfterItsHeaderWasReadIsRefused() throws IOException {
    write(one("U8", "[30]", "[0,30]"), 30);
    StoredTensor x = SafeTensors.read(file).get("x");
    truncate(Files.size(file) - 1);
    IOException e = assertThrows(IOException.class, x::bytes);
    assertTrue(e.getMessage().contains("has become shorter while it was in use"), e::getMessage);
  }

  @Test
  void fileInAZipIsRead() throws IOException {
    write(one("U8", "[3]", "[0,3]"), new byte[] {7, 8, 9});
    Path zip = temp.resolve("model.jar");
    try (FileSystem entries = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Files.copy(file, entries.getPath("/weights.safetensors"));
    }
    try (FileSystem entries = FileSystems.newFileSystem(zip)) {
      StoredTensor x = SafeTensors.read(entries.getPath("/weights.safetensors")).get("x");
      assertEquals(9, x.bytes().get(2));
      assertEquals(8, part(x, 1, 1).get(0));
    }
  }

  /** An interrupt would close the channel of all files in the zip, for good. */
  @Test
  void interruptedThreadReadsAFileInAZipAndOthersAfterIt() throws IOException {
    write(one("U8", "[3]", "[0,3]"), new byte[] {7, 8, 9});
    Path zip = temp.resolve("model.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("weights.safetensors"));
      Files.copy(file, out);
      out.putNextEntry(new ZipEntry("config.json"));
      out.write("{\"a\": 1}".getBytes(StandardCharsets.UTF_8));
    }
    try (FileSystem entries = FileSystems.newFileSystem(zip)) {
      Path weights = entries.getPath("/weights.safetensors");
      Thread.currentThread().interrupt();
      assertEquals(9, TensorFile.read(weights).tensors().get("x").bytes().get(2));
      assertEquals(1, Json.config(entries.getPath("/config.json")).integer("a"));
      assertEquals(64, Checksum.sha256(List.of(weights)).length());
      assertTrue(Thread.interrupted());
      assertEquals(9, SafeTensors.read(weights).get("x").bytes().get(2));
    }
  }

  @Test
  void readBytesStayWhenTheFileBecomesShorter() throws IOException {
    write(one("U8", "[8192]", "[0,8192]"), 8192);
    ByteBuffer bytes = SafeTensors.read(file).get("x").bytes();
    truncate(0);
    assertEquals(0, bytes.get(8191));
  }

  @Test
  void interruptedThreadReadsOnAndStaysInterrupted() throws IOException {
    write(one("U8", "[3]", "[0,3]"), new byte[] {7, 8, 9});
    Thread.currentThread().interrupt();
    ByteBuffer bytes = SafeTensors.read(file).get("x").bytes();
    assertTrue(Thread.interrupted());
    assertEquals(9, bytes.get(2));
  }

  @Test
  void shapeWhoseSizesCanNotBeMultipliedIsRefused() throws IOException {
    write(one("U8", "[1099511627776, 1099511627776, 0]", "[0,0]"), 0);
    refused("no tensor has the shape [1099511627776, 1099511627776, 0]");
  }

  @Test
  void missingFileIsRefused() {
    refused("is missing; copy or download the model again");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void fileBelowEightBytesIsRefusedWithItsLength(int length) throws IOException {
    Files.write(file, new byte[length]);
    refused(length == 0 ? " is empty; copy" : " is truncated: it has " + length + " bytes; copy");
  }

  @Test
  void fileTruncatedInItsHeaderIsRefusedWithItsLength() throws IOException {
    write(one("U8", "[3]", "[0,3]"), 3);
    truncate(20);
    String bytes = "" + (8 + one("U8", "[3]", "[0,3]").length());
    refused("is truncated within its header: expected " + bytes + " bytes and more, found 20;");
  }

  @Test
  void fileTruncatedInItsTensorsIsRefusedWithItsLengthAndTheFirstLostTensor() throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[9,18]}}";
    write(header, 18);
    long whole = Files.size(file);
    truncate(whole - 1);
    refused("is truncated: expected " + whole + " bytes, found " + (whole - 1) + ";", "\"b\"");
  }

  @Test
  void headerAboveHundredMegabytesIsRefused() throws IOException {
    Files.write(file, lengthAnd(100_000_001, "{}", new byte[0]));
    refused("is not a safetensors file: its first 8 bytes give a header of 100000001 bytes");
  }

  @Test
  void negativeHeaderLengthIsRefusedAsTheHugeNumberItIs() throws IOException {
    Files.write(file, lengthAnd(-1, "{}", new byte[0]));
    refused("a header of 18446744073709551615 bytes, expected at most 100000000");
  }

  @Test
  void gitLfsPointerIsRefusedAsSuch() throws IOException {
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
    refused("is a Git LFS pointer, not the weights: run \"git lfs pull\"");
  }

  @Test
  void headerThatIsNotTextIsRefused() throws IOException {
    byte[] bytes = lengthAnd(3, "{x}", new byte[0]);
    bytes[9] = (byte) 0xff;
    Files.write(file, bytes);
    refused("has a header that is not text in UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|its header is not a JSON object",
        "[]|its header is not a JSON object",
        "null|its header is not a JSON object",
        "7|its header is not a JSON object",
        "{\"x\":|its header is not JSON",
        "{\"x\" 7}|its header is not JSON",
        "{x: 7}|its header is not JSON",
        "nonsense|its header is not JSON",
        "{} {}|its header",
      })
  void headerThatIsNotAJsonObjectIsRefused(String header, String message) throws IOException {
    write(header, 0);
    refused(message, "copy or download it again");
  }

  @Test
  void duplicateNameIsRefused() throws IOException {
    String x = "\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
    write("{" + x + "," + x + "}", 1);
    refused("expected every name once, found \"x\" twice");
  }

  @Test
  void unknownDTypeIsRefusedListingTheKnown() throws IOException {
    write(one("F8_E8M0", "[1]", "[0,1]"), 1);
    refused("tensor \"x\": unknown dtype \"F8_E8M0\"; read are F64, F32, F16, BF16, F8_E4M3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[2]|[0,3]|shape [2] of U8 makes 2 bytes, its data_offsets hold 3",
        "[4294967296,4294967296]|[0,0]|no tensor has the shape [4294967296, 4294967296]",
        "[-1]|[0,1]|expected whole numbers from 0 below 10^18 in \"shape\" and \"data_offsets\","
            + " found -1",
        "[1.5]|[0,1]|found 1.5",
        "[1e3]|[0,1]|found 1e3",
        "[9223372036854775808]|[0,1]|found 9223372036854775808",
        "[\"1\"]|[0,1]|found STRING",
        "[null]|[0,1]|found NULL",
        "{}|[0,1]|BEGIN_OBJECT",
        "7|[0,1]|NUMBER",
        "[1]|[0]|expected \"data_offsets\" as [begin, end]",
        "[1]|[0,1,2]|expected \"data_offsets\" as [begin, end]",
        "[1]|[1,0]|expected \"data_offsets\" as [begin, end]",
      })
  void wrongShapeOrOffsetsAreRefusedWithTheTensorsName(String shape, String offsets, String message)
      throws IOException {
    write(one("U8", shape, offsets), 3);
    refused("tensor \"x\": ", message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dtype", "shape", "data_offsets"})
  void missingFieldIsRefused(String field) throws IOException {
    write(one("U8", "[1]", "[0,1]").replace(field, "other"), 1);
    refused("tensor \"x\": ", "\"" + field + "\"");
  }

  @Test
  void tensorThatIsNoObjectIsRefused() throws IOException {
    write("{\"x\":7}", 0);
    refused("tensor \"x\": ", "found NUMBER");
  }

  @Test
  void overlappingTensorsAreRefused() throws IOException {
    writeTwo("[0,4]", "[3,7]", 7);
    refused("tensor \"b\": overlaps the tensor before it: expected to begin at 4, found 3");
  }

  @Test
  void gapBetweenTensorsIsRefused() throws IOException {
    writeTwo("[0,4]", "[5,9]", 9);
    refused("tensor \"b\": leaves a gap before it: expected to begin at 4, found 5");
  }

  @Test
  void gapBeforeTheFirstTensorIsRefused() throws IOException {
    writeTwo("[1,5]", "[5,9]", 9);
    refused("tensor \"a\": leaves a gap before it: expected to begin at 0, found 1");
  }

  @Test
  void bytesBehindTheLastTensorAreRefused() throws IOException {
    writeTwo("[0,4]", "[4,8]", 10);
    refused("expected its end at byte ", "found 2 bytes more");
  }

  private void refused(String... parts) {
    IOException e = assertThrows(IOException.class, () -> SafeTensors.read(file));
    assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
    for (String part : parts) assertTrue(e.getMessage().contains(part), e::getMessage);
    assertTrue(e.getMessage().matches("(?s).*[;,] (or )?(copy|download|use) .*"), e::getMessage);
  }

  private static String one(String dtype, String shape, String offsets) {
    return "{\"x\":{\"dtype\":\""
        + dtype
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":"
        + offsets
        + "}}";
  }

  private void writeTwo(String offsetsA, String offsetsB, int bytes) throws IOException {
    String rest = "{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":";
    write("{\"a\":" + rest + offsetsA + "},\"b\":" + rest + offsetsB + "}}", bytes);
  }

  private void write(String header, int bytes) throws IOException {
    write(header, new byte[bytes]);
  }

  private void write(String header, byte[] data) throws IOException {
    Files.write(file, lengthAnd(header.length(), header, data));
  }

  private static byte[] lengthAnd(long length, String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text).put(data);
    return bytes.array();
  }

  /** Writes a sparse file of zeros, of which only the last byte takes room on the disk. */
  private void writeSparse(String header, long count, byte last) throws IOException {
    write(header, 0);
    long end = Files.size(file) + count;
    try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.position(end - 1).write(ByteBuffer.wrap(new byte[] {last}));
    }
  }

  private void truncate(long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private static ByteBuffer part(StoredTensor tensor, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    tensor.read(offset, bytes);
    return bytes.flip();
  }
}
