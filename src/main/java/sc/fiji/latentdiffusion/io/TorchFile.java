/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/**
 * A file of {@code torch.save} whose pickle has been read: finds the tensors in the dict, and the
 * bytes of each in the file. A trainer's checkpoint holds the weights in a dict {@code state_dict},
 * {@code model} or {@code module} within the dict, some in another one there, a textual inversion
 * in {@code string_to_param}. {@link TorchZip} and {@link TorchLegacy} read the two forms.
 */
final class TorchFile {

  /** The longest pickle that is read; those of checkpoints have below 1 MB. */
  static final int LONGEST_PICKLE = 1 << 26;

  /** Where tensors lie within the dict: of a trainer's checkpoint, of a textual inversion. */
  private static final List<String> PLACES =
      List.of("state_dict", "model", "module", "model_state_dict", "string_to_param");

  /** How many dicts within each other are looked into; one can hold itself. */
  private static final int DEEPEST = 4;

  private static final String ADVICE =
      "; copy or download it again, or take the model's safetensors file";

  /** The bytes of a storage in the file. */
  record Extent(long start, long length) {}

  private final Path file;
  private final FileBytes bytes;
  private final Map<String, Extent> storages = new HashMap<>();

  /** Reads nothing before a storage is asked for. */
  TorchFile(Path file) {
    this.file = file;
    this.bytes = new FileBytes(file);
  }

  FileBytes bytes() {
    return bytes;
  }

  /** Adds a storage under the key that the pickle has for it. */
  void add(String key, Extent extent) {
    storages.put(key, extent);
  }

  /** A file of another kind: another copy would not help. */
  private static final class OtherKind extends IOException {

    private static final long serialVersionUID = 1;

    OtherKind(String message) {
      super(message);
    }
  }

  /** Returns the failure under the file's name. */
  IOException wrong(IOException e) {
    if (e instanceof OtherKind) return new IOException(file + " " + e.getMessage(), e);
    String message = file + " is not read: " + e.getMessage() + ADVICE;
    return e instanceof EOFException ? new EOFException(message) : new IOException(message, e);
  }

  /**
   * Returns the tensors in the object of the pickle, in its order.
   *
   * @throws IOException if it is no dict of tensors, or one lies outside the file
   */
  TensorFile tensors(Object content) throws IOException {
    if (!(content instanceof Map<?, ?> top)) {
      throw new IOException("expected a dict of tensors, found " + PickleValues.kind(content));
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<?, ?> dict = top;
    for (int depth = 0; dict != null && depth < DEEPEST; depth++) {
      collect(dict, tensors, metadata);
      dict = within(dict);
    }
    if (tensors.isEmpty()) throw noTensors(top);
    return new TensorFile(
        Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
  }

  /** A hypernetwork has two networks for each width of the model's layers. */
  private static IOException noTensors(Map<?, ?> top) {
    boolean hypernetwork =
        top.entrySet().stream()
            .anyMatch(e -> e.getKey() instanceof Long && e.getValue() instanceof List<?>);
    return hypernetwork
        ? new OtherKind("is a hypernetwork, which is not supported; choose another file")
        : new IOException("it holds no tensors");
  }

  private static Map<?, ?> within(Map<?, ?> dict) {
    for (String place : PLACES) {
      if (dict.get(place) instanceof Map<?, ?> weights) return weights;
    }
    return null;
  }

  private void collect(
      Map<?, ?> dict, Map<String, StoredTensor> tensors, Map<String, String> metadata)
      throws IOException {
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      String name = String.valueOf(entry.getKey());
      if (entry.getValue() instanceof TorchNames.Tensor tensor) {
        tensors.put(name, stored(name, tensor));
      } else if (entry.getValue() instanceof String || entry.getValue() instanceof Number) {
        metadata.put(name, String.valueOf(entry.getValue()));
      }
    }
  }

  private StoredTensor stored(String name, TorchNames.Tensor tensor) throws IOException {
    Extent extent = storages.get(tensor.storage().key());
    if (extent == null) {
      throw new IOException("tensor \"" + name + "\" has no bytes in it: it is incomplete");
    }
    DType dtype = tensor.dtype();
    try {
      long length = Math.multiplyExact(tensor.count(), dtype.bytes());
      long offset = Math.multiplyExact(tensor.offset(), dtype.bytes());
      Optional<Strides> strides =
          Optional.of(tensor.strides()).filter(s -> length > 0 && !s.isContiguous());
      long span = strides.isPresent() ? strides.get().span() : length;
      if (Math.addExact(offset, span) <= extent.length()) {
        if (strides.isEmpty() || strides.get().isReadable()) {
          long start = extent.start() + offset;
          return new StoredTensor(name, dtype, tensor.shape(), bytes, start, length, strides);
        }
        throw new IOException(
            "tensor \"" + name + "\" is a view into " + span + " bytes, which is not supported");
      }
    } catch (ArithmeticException e) {
      throw new IOException("tensor \"" + name + "\" has no possible shape", e);
    }
    throw new IOException(
        "tensor \"" + name + "\" is larger than the " + extent.length() + " bytes it lies in");
  }
}
