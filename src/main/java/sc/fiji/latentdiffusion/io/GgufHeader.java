/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.files.FileBytes;
import sc.fiji.latentdiffusion.io.kinds.GgufArchitecture;

/**
 * The header of one GGUF file of version 2 or 3: {@code GGUF}, the version, how many tensors and
 * settings there are, the settings, then each tensor's name, sizes (the fastest first), type and
 * place behind the header. T5's tensors get the names of transformers; others have the names of the
 * code that trained the model.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
final class GgufHeader {

  /** The first bytes of such a file. */
  static final byte[] MAGIC = {'G', 'G', 'U', 'F'};

  private static final int OLDEST = 2;
  private static final int NEWEST = 3;
  private static final int MOST_DIMENSIONS = 8;
  private static final String ALIGNMENT = "general.alignment";
  private static final String PARTS = "split.count";

  /** The shape of a tensor that was stored in another, as ComfyUI-GGUF notes it. */
  private static final String SHAPE = "comfy.gguf.orig_shape.";

  /** The least bytes of a setting or of a tensor in the header. */
  private static final int LEAST = 12;

  private static final Map<Integer, DType> TYPES =
      Map.ofEntries(
          Map.entry(0, DType.F32),
          Map.entry(1, DType.F16),
          Map.entry(2, DType.Q4_0),
          Map.entry(3, DType.Q4_1),
          Map.entry(6, DType.Q5_0),
          Map.entry(7, DType.Q5_1),
          Map.entry(8, DType.Q8_0),
          Map.entry(10, DType.Q2_K),
          Map.entry(11, DType.Q3_K),
          Map.entry(12, DType.Q4_K),
          Map.entry(13, DType.Q5_K),
          Map.entry(14, DType.Q6_K),
          Map.entry(24, DType.I8),
          Map.entry(25, DType.I16),
          Map.entry(26, DType.I32),
          Map.entry(27, DType.I64),
          Map.entry(28, DType.F64),
          Map.entry(30, DType.BF16));

  /** A tensor as the header has it; begin and end count from the end of the header. */
  private record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

  private final Path file;
  private final GgufInput in;
  private final long size;
  private final Map<String, String> settings = new HashMap<>();
  private long dataStart;

  private GgufHeader(Path file, GgufInput in, long size) {
    this.file = file;
    this.in = in;
    this.size = size;
  }

  /**
   * Reads and checks a file's header.
   *
   * @param file that begins with {@link #MAGIC}
   * @throws IOException if the file is truncated, of another version, of a model that is not
   *     supported, or not right in any other way
   */
  static TensorFile read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(FileBytes.stream(file))) {
      long size = Files.size(file);
      return new GgufHeader(file, new GgufInput(file, in, size), size).parse();
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is missing; copy or download the model again", e);
    }
  }

  private TensorFile parse() throws IOException {
    in.integer(); // the magic number
    requireVersion(in.integer());
    long tensors = in.count(LEAST);
    long pairs = in.count(LEAST);
    for (long i = 0; i < pairs; i++) settings.put(in.text(), in.value());
    requireWhole();
    GgufArchitecture architecture = GgufArchitecture.of(file, settings);
    List<Entry> entries = new ArrayList<>();
    for (long i = 0; i < tensors; i++) entries.add(entry());
    long alignment = alignment();
    dataStart = (in.position() + alignment - 1) / alignment * alignment;
    checkLayout(entries);
    return new TensorFile(stored(entries, architecture), Map.copyOf(settings));
  }

  private void requireVersion(int version) throws IOException {
    if (version >= OLDEST && version <= NEWEST) return;
    boolean isBigEndian = Integer.reverseBytes(version) <= NEWEST && (version & 0xFFFF) == 0;
    String found = isBigEndian ? "one in big-endian order" : "version " + version;
    String advice =
        version > NEWEST && !isBigEndian
            ? "take a file of version 3, or a newer version of this plugin"
            : "take a newer file of the model";
    throw new IOException(
        file
            + " is a GGUF file of a kind that is not read: expected version 2 or 3, found "
            + found
            + "; "
            + advice);
  }

  private void requireWhole() throws IOException {
    String parts = settings.getOrDefault(PARTS, "0");
    if (parts.equals("0") || parts.equals("1")) return;
    throw new IOException(
        file
            + " is one of "
            + parts
            + " parts of a GGUF file; join them (llama-gguf-split --merge) and give the whole"
            + " file");
  }

  private long alignment() throws IOException {
    String text = settings.getOrDefault(ALIGNMENT, "32");
    if (text.matches("\\d{1,9}") && Long.parseLong(text) > 0) return Long.parseLong(text);
    throw in.damaged("expected a number of bytes as " + ALIGNMENT + ", found " + text);
  }

  private Entry entry() throws IOException {
    String name = in.text();
    int dimensions = in.integer();
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw damaged(name, "expected 0 to " + MOST_DIMENSIONS + " dimensions, found " + dimensions);
    }
    long[] shape = new long[dimensions];
    for (int i = dimensions - 1; i >= 0; i--) shape[i] = in.number();
    DType dtype = dtype(name, in.integer());
    long begin = in.number();
    if (!StoredTensor.isPossible(shape)) {
      throw damaged(name, "no tensor has the shape " + Arrays.toString(shape));
    }
    return new Entry(name, dtype, shape, begin, begin + byteCount(name, dtype, shape));
  }

  private DType dtype(String name, int number) throws IOException {
    DType dtype = TYPES.get(number);
    if (dtype != null) return dtype;
    throw new IOException(
        file
            + ", tensor \""
            + name
            + "\": the type of quantisation number "
            + number
            + " is not read; expected one of "
            + String.join(", ", TYPES.values().stream().map(DType::name).sorted().toList())
            + ": take another file of the model");
  }

  private long byteCount(String name, DType dtype, long[] shape) throws IOException {
    long columns = shape.length == 0 ? 1 : shape[shape.length - 1];
    if (columns % dtype.blockElements() != 0) {
      throw damaged(
          name,
          "expected rows of a multiple of "
              + dtype.blockElements()
              + " numbers for "
              + dtype
              + ", found "
              + columns);
    }
    return count(shape) / dtype.blockElements() * dtype.blockBytes();
  }

  /** Checks the commonest damage first: a copy that broke off. */
  private void checkLayout(List<Entry> entries) throws IOException {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry entry : sorted) {
      if (entry.begin() < at) {
        throw damaged(entry.name(), "expected to begin at " + at + ", found " + entry.begin());
      }
      if (entry.end() < 0 || entry.end() > size - dataStart) throw truncated(entry);
      at = entry.end();
    }
  }

  private IOException truncated(Entry first) {
    return new EOFException(
        file
            + " is truncated: it has "
            + size
            + " bytes; the first tensor that lies outside, \""
            + first.name()
            + "\", ends at "
            + (dataStart + first.end())
            + "; copy or download it again");
  }

  private Map<String, StoredTensor> stored(List<Entry> entries, GgufArchitecture architecture)
      throws IOException {
    FileBytes bytes = new FileBytes(file);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Entry e : entries) {
      String name = architecture.nameOf(e.name());
      long start = dataStart + e.begin();
      StoredTensor tensor =
          new StoredTensor(name, e.dtype(), shape(e), bytes, start, e.end() - e.begin());
      if (tensors.put(name, tensor) != null) {
        throw in.damaged("expected every name once, found \"" + name + "\" twice");
      }
    }
    return Collections.unmodifiableMap(tensors);
  }

  private long[] shape(Entry entry) throws IOException {
    String noted = settings.getOrDefault(SHAPE + entry.name(), "");
    if (!noted.matches("\\[\\d{1,9}(,\\d{1,9}){0,7}]")) return entry.shape();
    String[] sizes = noted.substring(1, noted.length() - 1).split(",");
    long[] shape = Arrays.stream(sizes).mapToLong(Long::parseLong).toArray();
    if (StoredTensor.isPossible(shape) && count(shape) == count(entry.shape())) return shape;
    throw damaged(entry.name(), Arrays.toString(entry.shape()) + " can't be seen as " + noted);
  }

  private static long count(long[] shape) {
    return Arrays.stream(shape).reduce(1, (x, y) -> x * y);
  }

  private IOException damaged(String tensor, String what) {
    return in.damaged("tensor \"" + tensor + "\": " + what);
  }
}
