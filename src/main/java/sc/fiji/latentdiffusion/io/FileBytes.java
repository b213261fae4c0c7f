package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a file: read part by part where it lies on a disk; read as a whole, once, where it
 * lies in a zip file (such as our jar). Nothing is mapped, since memory of a mapped file that
 * becomes shorter ends the virtual machine; no file is kept open. An interrupted thread reads on,
 * and stays interrupted.
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

  /** Returns a copy of some bytes of the file, little endian. */
  ByteBuffer bytes(long from, int length) throws IOException {
    requireSize(size(), from + length); // before so much memory is taken
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(from, bytes);
    return bytes.flip();
  }

  /** Returns the size of the file. */
  long size() throws IOException {
    return Files.size(file);
  }

  /** Copies bytes of the file to fill a buffer. */
  void read(long from, ByteBuffer into) throws IOException {
    if (file.getFileSystem() != FileSystems.getDefault()) {
      into.put(part(whole(), from, into.remaining()));
      return;
    }
    long begin = from - into.position();
    uninterrupted(() -> filled(begin, into));
  }

  private ByteBuffer filled(long begin, ByteBuffer into) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      requireSize(channel.size(), begin + into.limit());
      while (into.hasRemaining()) {
        long at = begin + into.position();
        if (channel.read(into, at) < 0) requireSize(at, begin + into.limit());
      }
      return into;
    }
  }

  /** Something that is read through a channel. */
  interface Reading<T> {
    T read() throws IOException;
  }

  /** Reads through a channel, and once more if an interrupt has closed it. */
  static <T> T uninterrupted(Reading<T> reading) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return reading.read();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
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
