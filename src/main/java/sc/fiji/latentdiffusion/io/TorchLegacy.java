package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads files that {@code torch.save} wrote before PyTorch 1.6. They hold pickles of a magic
 * number, a version, the sizes of the machine's types, the content and the storages' keys; then
 * each storage, its count of elements (8 bytes, little endian) before its bytes.
 */
final class TorchLegacy {

  /** The lower eight bytes of {@code 0x1950a86a20f9469cfc6c}. */
  private static final long MAGIC = 0xa86a20f9469cfc6cL;

  private final Path file;
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
    this.file = file;
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
    long size = Files.size(file);
    ByteBuffer head = torch.bytes().map(0, (int) Math.min(size, TorchFile.LONGEST_PICKLE));
    if (!Pickle.read(head, names).equals(MAGIC)) {
      throw new IOException("it is a pickle, but not of torch.save");
    }
    Pickle.read(head, names);
    Pickle.read(head, names);
    Object content = Pickle.read(head, names);
    if (!(Pickle.read(head, names) instanceof List<?> keys)) {
      throw new IOException("it does not list its storages");
    }
    addStorages(keys, head.position(), size);
    return torch.tensors(content);
  }

  private void addStorages(List<?> keys, long from, long size) throws IOException {
    long at = from;
    for (Object key : keys) {
      DType dtype = types.get(String.valueOf(key));
      if (dtype == null) throw new IOException("no tensor uses its storage " + key);
      if (size - at < Long.BYTES) throw truncated(at + Long.BYTES, size);
      long count = torch.bytes().map(at, Long.BYTES).getLong();
      at += Long.BYTES;
      if (count < 0 || count > (size - at) / dtype.bytes()) {
        throw truncated(at + Math.max(0, count) * dtype.bytes(), size);
      }
      torch.add(String.valueOf(key), new TorchFile.Extent(at, count * dtype.bytes()));
      at += count * dtype.bytes();
    }
  }

  private static IOException truncated(long expected, long found) {
    return new EOFException(
        "it is truncated: expected at least " + expected + " bytes, found " + found);
  }
}
