package sc.fiji.latentdiffusion.io;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A safetensors file of float32 tensors, for tests. */
public final class TensorsWritten {

  private record Tensor(long[] shape, float[] values) {}

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** Adds a tensor whose numbers are 0.01, 0.02, …. */
  public TensorsWritten add(String name, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i + 1) / 100f;
    }
    return put(name, shape, values);
  }

  /** Adds a tensor. */
  public TensorsWritten put(String name, long[] shape, float... values) {
    tensors.put(name, new Tensor(shape, values));
    return this;
  }

  /** Adds a text to the header's metadata. */
  public TensorsWritten say(String key, String text) {
    metadata.put(key, text);
    return this;
  }

  /** Writes the file and returns it. */
  public Path write(Path file) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("__metadata__", metadata);
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      long end = at + 4L * entry.getValue().values().length;
      long[] shape = entry.getValue().shape();
      header.put(
          entry.getKey(),
          Map.of("dtype", "F32", "shape", shape, "data_offsets", new long[] {at, end}));
      at = end;
    }
    byte[] text = new Gson().toJson(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + (int) at);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
    for (Tensor tensor : tensors.values()) {
      for (float value : tensor.values()) {
        bytes.putFloat(value);
      }
    }
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes.array());
  }
}
