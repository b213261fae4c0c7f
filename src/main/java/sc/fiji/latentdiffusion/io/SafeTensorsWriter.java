/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Writes safetensors files of float32 tensors. A file is written beside its place and then moved
 * there, so that nothing half-written ever stands in it.
 */
public final class SafeTensorsWriter {

  private static final int ALIGNMENT = 8;

  /**
   * A tensor to write.
   *
   * @param shape its dimensions; none for one number
   * @param numbers row by row
   */
  public record Tensor(long[] shape, float[] numbers) {

    /** Checks that there are as many numbers as the shape has. */
    public Tensor {
      long size = LongStream.of(shape).reduce(1, Math::multiplyExact);
      if (size != numbers.length) {
        throw new IllegalArgumentException(
            "A tensor of " + size + " numbers was given " + numbers.length + ".");
      }
    }
  }

  private SafeTensorsWriter() {}

  /**
   * Writes a file, replacing one of the same name.
   *
   * @param file its path, in a folder that exists
   * @param tensors by name, in the order in which they are written
   * @param metadata texts of the header
   * @throws IOException if it can't be written, with what to do; an earlier file then stays
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        put(out, header(tensors, metadata));
        for (Tensor tensor : tensors.values()) put(out, bytes(tensor.numbers()));
        out.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      remove(part, e);
      throw new IOException(
          file
              + " can't be written: "
              + e.getMessage()
              + ". Make room on the disk, or allow writing into the folder, and run it again.",
          e);
    }
  }

  private static void remove(Path part, IOException because) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  /** Returns how many bytes a file takes, within some for its header. */
  public static long bytes(Map<String, long[]> shapes) {
    long bytes = 0;
    for (long[] shape : shapes.values()) {
      bytes += Float.BYTES * LongStream.of(shape).reduce(1, Math::multiplyExact);
    }
    return bytes;
  }

  private static ByteBuffer header(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) header.put("__metadata__", metadata);
    long at = 0;
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      long end = at + (long) Float.BYTES * tensor.getValue().numbers().length;
      header.put(
          tensor.getKey(),
          Map.of(
              "dtype", DType.F32.name(),
              "shape", tensor.getValue().shape(),
              "data_offsets", new long[] {at, end}));
      at = end;
    }
    byte[] json = new Gson().toJson(header).getBytes(StandardCharsets.UTF_8);
    int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(json);
    while (bytes.hasRemaining()) bytes.put((byte) ' ');
    return bytes.flip();
  }

  private static ByteBuffer bytes(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, numbers.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes;
  }

  private static void put(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) out.write(bytes);
  }
}
