package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a file: mapped part by part where it lies on a disk; read as a whole, once, where it
 * lies in a zip file (such as our jar), whose entries cannot be mapped. Keeps no file open.
 */
public final class FileBytes {

  private final Path file;
  private ByteBuffer whole;

  public FileBytes(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  /** Returns a direct buffer over some bytes of the file, read only, little endian. */
  ByteBuffer map(long from, int length) throws IOException {
    ByteBuffer bytes =
        file.getFileSystem() == FileSystems.getDefault()
            ? mapped(from, length)
            : part(whole(), from, length);
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Copies bytes of the file to fill a buffer. */
  void read(long from, ByteBuffer into) throws IOException {
    if (file.getFileSystem() != FileSystems.getDefault()) {
      into.put(part(whole(), from, into.remaining()));
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      requireSize(channel.size(), from + into.remaining());
      long at = from;
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0) requireSize(at, at + into.remaining());
        at += count;
      }
    }
  }

  private ByteBuffer mapped(long from, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      requireSize(channel.size(), from + length);
      return channel.map(FileChannel.MapMode.READ_ONLY, from, length);
    }
  }

  private ByteBuffer part(ByteBuffer bytes, long from, int length) throws IOException {
    requireSize(bytes.capacity(), from + length);
    return bytes.slice((int) from, length);
  }

  private synchronized ByteBuffer whole() throws IOException {
    if (whole == null) whole = read().asReadOnlyBuffer();
    return whole;
  }

  private ByteBuffer read() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new IOException(file + " is above 2 GiB and in an archive; unpack it to a folder");
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) channel.size());
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) requireSize(bytes.position(), bytes.capacity());
      }
      return bytes.flip();
    }
  }

  private void requireSize(long found, long expected) throws IOException {
    if (found >= expected) return;
    throw new EOFException(
        file
            + " has become shorter while it was in use: expected at least "
            + expected
            + " bytes, found "
            + found
            + "; copy or download it again");
  }
}
