/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/**
 * The JSON header of one safetensors file: {@code {"name": {"dtype": "F32", "shape": [2, 3],
 * "data_offsets": [0, 24]}, …, "__metadata__": {…}}}. It is read token by token, since that is how
 * a duplicate name is seen.
 */
public final class SafeTensorsHeader {

  private static final String METADATA = "__metadata__";

  /** A tensor as the header has it; begin and end count from the end of the header. */
  private record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

  private final Path file;
  private final FileBytes bytes;
  private final long dataStart;
  private final long dataLength;
  private final Map<String, String> metadata = new HashMap<>();

  /**
   * @param dataStart where the tensors' bytes begin in the file
   * @param fileLength the file's length in bytes
   */
  public SafeTensorsHeader(Path file, long dataStart, long fileLength) {
    this.file = file;
    this.bytes = new FileBytes(file);
    this.dataStart = dataStart;
    this.dataLength = fileLength - dataStart;
  }

  /** Returns the tensors in the order in which they lie in the file, and the metadata. */
  public TensorFile parse(String json) throws IOException {
    List<Entry> entries = new ArrayList<>(entries(json));
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkSizes(entries);
    checkLayout(entries);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    entries.forEach(entry -> tensors.put(entry.name(), stored(entry)));
    return new TensorFile(Collections.unmodifiableMap(tensors), Map.copyOf(metadata));
  }

  private StoredTensor stored(Entry e) {
    long start = dataStart + e.begin();
    return new StoredTensor(e.name(), e.dtype(), e.shape(), bytes, start, e.end() - e.begin());
  }

  private List<Entry> entries(String json) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(json));
    try {
      if (json.isEmpty() || reader.peek() != JsonToken.BEGIN_OBJECT) {
        throw damaged("its header is not a JSON object {…}", null);
      }
      List<Entry> entries = entries(reader);
      if (reader.peek() == JsonToken.END_DOCUMENT) return entries;
      throw damaged("its header goes on behind the JSON object", null);
    } catch (MalformedJsonException | EOFException e) {
      throw damaged("its header is not JSON at " + Json.place(reader), e);
    }
  }

  private List<Entry> entries(JsonReader reader) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (!names.add(name)) {
        throw damaged("expected every name once, found \"" + name + "\" twice", null);
      }
      if (name.equals(METADATA)) metadata(reader);
      else entries.add(entry(name, reader));
    }
    reader.endObject();
    return entries;
  }

  /** Reads texts, by the format's rules, and passes over values of other kinds. */
  private void metadata(JsonReader reader) throws IOException {
    if (reader.peek() != JsonToken.BEGIN_OBJECT) {
      reader.skipValue();
      return;
    }
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (reader.peek() == JsonToken.STRING) metadata.put(key, reader.nextString());
      else reader.skipValue();
    }
    reader.endObject();
  }

  private Entry entry(String name, JsonReader reader) throws IOException {
    try {
      return fields(name, reader);
    } catch (IllegalStateException e) {
      String place = Json.place(reader);
      String what = "expected another kind of value at " + place + ", found " + reader.peek();
      throw damaged(name, what, e);
    } catch (IllegalArgumentException e) {
      throw damaged(name, e.getMessage(), e);
    }
  }

  private Entry fields(String name, JsonReader reader) throws IOException {
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "dtype" -> dtype = dtype(name, reader.nextString());
        case "shape" -> shape = counts(reader);
        case "data_offsets" -> offsets = counts(reader);
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    if (dtype == null) throw new IllegalArgumentException("has no \"dtype\"");
    if (shape == null) throw new IllegalArgumentException("has no \"shape\"");
    if (offsets == null || offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new IllegalArgumentException("expected \"data_offsets\" as [begin, end]");
    }
    return new Entry(name, dtype, shape, offsets[0], offsets[1]);
  }

  private DType dtype(String name, String dtype) throws IOException {
    try {
      return DType.of(dtype);
    } catch (IllegalArgumentException e) {
      String what = file + ", tensor \"" + name + "\": " + e.getMessage();
      throw new IOException(what + "; use the model's float16 or float32 files", e);
    }
  }

  private static long[] counts(JsonReader reader) throws IOException {
    List<Long> counts = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      String digits = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "" + reader.peek();
      if (!digits.matches("\\d{1,18}")) {
        throw new IllegalArgumentException(
            "expected whole numbers from 0 below 10^18 in \"shape\" and \"data_offsets\", found "
                + digits.substring(0, Math.min(30, digits.length())));
      }
      counts.add(Long.parseLong(digits));
    }
    reader.endArray();
    return counts.stream().mapToLong(Long::longValue).toArray();
  }

  private void checkSizes(List<Entry> entries) throws IOException {
    for (Entry entry : entries) {
      String shape = "shape " + Arrays.toString(entry.shape());
      if (!StoredTensor.isPossible(entry.shape())) {
        throw damaged(entry.name(), "no tensor has the " + shape, null);
      }
      long found = entry.end() - entry.begin();
      long expected = Arrays.stream(entry.shape()).reduce(entry.dtype().bytes(), (x, y) -> x * y);
      if (expected == found) continue;
      String bytes = " makes " + expected + " bytes, its data_offsets hold " + found;
      throw damaged(entry.name(), shape + " of " + entry.dtype() + bytes, null);
    }
  }

  /** Checks the commonest damage first: a copy that broke off. */
  private void checkLayout(List<Entry> entries) throws IOException {
    long end = entries.stream().mapToLong(Entry::end).max().orElse(0);
    if (end > dataLength) throw truncated(entries, end);
    long at = 0;
    for (Entry entry : entries) {
      if (entry.begin() != at) throw misplaced(entry, at);
      at = entry.end();
    }
    if (at < dataLength) {
      throw damaged(
          "expected its end at byte "
              + (dataStart + at)
              + " with the last tensor, found "
              + (dataLength - at)
              + " bytes more",
          null);
    }
  }

  private IOException truncated(List<Entry> entries, long end) {
    Entry first = entries.stream().filter(e -> e.end() > dataLength).findFirst().orElseThrow();
    return new EOFException(
        file
            + " is truncated: expected "
            + (dataStart + end)
            + " bytes, found "
            + (dataStart + dataLength)
            + "; the first tensor that lies outside is \""
            + first.name()
            + "\"; copy or download it again");
  }

  private IOException misplaced(Entry entry, long at) {
    String what = entry.begin() < at ? "overlaps the tensor before it" : "leaves a gap before it";
    return damaged(
        entry.name(), what + ": expected to begin at " + at + ", found " + entry.begin(), null);
  }

  private IOException damaged(String tensor, String what, Exception cause) {
    return damaged("tensor \"" + tensor + "\": " + what, cause);
  }

  private IOException damaged(String what, Exception cause) {
    return new IOException(
        file + " is not a valid safetensors file: " + what + "; copy or download it again", cause);
  }
}
