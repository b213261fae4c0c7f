/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads files that {@code torch.save} wrote before PyTorch 1.6. They hold pickles of a magic
 * number, a version, the sizes of the machine's types, the content and the storages' keys; then
 * each storage, its count of elements (8 bytes, little endian) before its bytes.
 */
final class TorchLegacy {

  /** The lower eight bytes of {@code 0x1950a86a20f9469cfc6c}. */
  private static final Long MAGIC = 0xa86a20f9469cfc6cL;

  private final TorchFile torch;
  private final Map<String, DType> types = new HashMap<>();

  private final TorchNames names =
      new TorchNames() {
        @Override
        public Object persistent(Object id) throws IOException {
          Storage storage = (Storage) super.persistent(id);
          types.put(storage.key(), storage.dtype());
          return storage;
        }
      };

  private TorchLegacy(Path file) {
    torch = new TorchFile(file);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is not right, or not weights
   */
  static TensorFile read(Path file) throws IOException {
    TorchLegacy legacy = new TorchLegacy(file);
    try {
      return legacy.tensors();
    } catch (IOException e) {
      throw legacy.torch.wrong(e);
    }
  }

  private TensorFile tensors() throws IOException {
    long size = torch.bytes().size();
    PickleBytes head = new PickleBytes(torch.bytes(), 0, Math.min(size, TorchFile.LONGEST_PICKLE));
    if (!MAGIC.equals(Pickle.read(head, names))) {
      throw new IOException("it is a pickle, but not of torch.save");
    }
    Pickle.read(head, names);
    Pickle.read(head, names);
    Object content = Pickle.read(head, names);
    PickleValues keys = PickleValues.of("the list of storages", Pickle.read(head, names));
    addStorages(keys, head.position(), size);
    return torch.tensors(content);
  }

  private void addStorages(PickleValues keys, long from, long size) throws IOException {
    long at = from;
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.text(i);
      DType dtype = types.get(key);
      if (dtype == null) throw new IOException("no tensor uses its storage " + key);
      if (size - at < Long.BYTES) throw truncated(key, size);
      long count = torch.bytes().bytes(at, Long.BYTES).getLong();
      at += Long.BYTES;
      if (count < 0 || count > (size - at) / dtype.bytes()) throw truncated(key, size);
      torch.add(key, new TorchFile.Extent(at, count * dtype.bytes()));
      at += count * dtype.bytes();
    }
  }

  private static IOException truncated(String key, long size) {
    return new EOFException(
        "it is truncated: expected all of its storage " + key + ", found its end at byte " + size);
  }
}
