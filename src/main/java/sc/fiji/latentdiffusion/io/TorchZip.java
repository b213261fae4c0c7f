/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/**
 * Reads files that {@code torch.save} writes since PyTorch 1.6: a zip of stored entries in one
 * folder, {@code data.pkl} with the pickle and {@code data/KEY} for each storage. Entries are never
 * unpacked: a file takes no more memory than it has bytes.
 */
final class TorchZip {

  /** The longest name of a byte order, in bytes. */
  private static final int LONGEST_ORDER = 20;

  private final TorchFile torch;
  private final Map<String, ZipArchiveEntry> entries = new HashMap<>();

  private TorchZip(Path file) {
    torch = new TorchFile(file);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is not right, or not weights
   */
  static TensorFile read(Path file) throws IOException {
    TorchZip zip = new TorchZip(file);
    try {
      return zip.tensors(file);
    } catch (IOException e) {
      throw zip.torch.wrong(e);
    }
  }

  private TensorFile tensors(Path file) throws IOException {
    for (ZipArchiveEntry entry : FileBytes.uninterrupted(() -> entries(file))) {
      entries.put(entry.getName().substring(entry.getName().indexOf('/') + 1), entry);
    }
    if (entries.containsKey("constants.pkl")) {
      throw new IOException("it is a TorchScript program, expected weights");
    }
    if (!entries.containsKey("data.pkl")) {
      throw new IOException(
          "it is a zip archive without weights of PyTorch (data.pkl); unpack it if it holds some");
    }
    requireLittleEndian();
    for (Map.Entry<String, ZipArchiveEntry> entry : entries.entrySet()) {
      if (entry.getKey().startsWith("data/")) {
        torch.add(entry.getKey().substring("data/".length()), extent(entry.getValue()));
      }
    }
    TorchFile.Extent pickle = entry("data.pkl");
    PickleBytes bytes =
        new PickleBytes(torch.bytes(), pickle.start(), pickle.start() + pickle.length());
    return torch.tensors(Pickle.read(bytes, new TorchNames()));
  }

  private static List<ZipArchiveEntry> entries(Path file) throws IOException {
    try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(Files.newByteChannel(file)).get()) {
      return Collections.list(zip.getEntries());
    } catch (IOException | IllegalArgumentException e) {
      if (e.getCause() instanceof ClosedByInterruptException interrupt) throw interrupt;
      throw new IOException("its zip is damaged or incomplete, so that its list is not found", e);
    }
  }

  private void requireLittleEndian() throws IOException {
    if (!entries.containsKey("byteorder")) return;
    TorchFile.Extent order = entry("byteorder");
    int length = (int) Math.min(order.length(), LONGEST_ORDER);
    ByteBuffer bytes = torch.bytes().bytes(order.start(), length);
    String found = StandardCharsets.US_ASCII.decode(bytes).toString();
    if (found.equals("little")) return;
    throw new IOException("its numbers are in the byte order \"" + found + "\", expected little");
  }

  private TorchFile.Extent entry(String name) throws IOException {
    if (!entries.containsKey(name)) throw new IOException("it is a zip without an entry " + name);
    TorchFile.Extent extent = extent(entries.get(name));
    if (extent.length() <= TorchFile.LONGEST_PICKLE) return extent;
    throw new IOException("its entry " + name + " is too long: " + extent.length() + " bytes");
  }

  private static TorchFile.Extent extent(ZipArchiveEntry entry) throws IOException {
    boolean stored = entry.getMethod() == ZipArchiveEntry.STORED;
    if (stored && entry.getSize() == entry.getCompressedSize()) {
      return new TorchFile.Extent(entry.getDataOffset(), entry.getSize());
    }
    throw new IOException(
        "its entry " + entry.getName() + " is compressed; torch.save stores them as they are");
  }
}
