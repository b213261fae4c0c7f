/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.files;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The bytes of a file: read part by part where it lies on a disk; read as a whole, once, where it
 * lies in a zip file (such as our jar). Nothing is mapped, since memory of a mapped file that
 * becomes shorter ends the virtual machine; no file is kept open. An interrupted thread reads on,
 * and stays interrupted.
 */
public final class FileBytes {

  private static final long LARGEST_IN_ARCHIVE = 1 << 30;

  private final Path file;
  private ByteBuffer whole;

  public FileBytes(Path file) {
    this.file = file;
  }

  public Path file() {
    return file;
  }

  /** Returns a copy of some bytes of the file, little endian. */
  public ByteBuffer bytes(long from, int length) throws IOException {
    requireSize(size(), from + length); // before so much memory is taken
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(from, bytes);
    return bytes.flip();
  }

  /** Returns the size of the file. */
  public long size() throws IOException {
    return Files.size(file);
  }

  /** Copies bytes of the file to fill a buffer. */
  public void read(long from, ByteBuffer into) throws IOException {
    if (!isOnDisk(file)) {
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
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads it. */
    T read() throws IOException;
  }

  /** Reads through a channel, and once more if an interrupt has closed it. */
  public static <T> T uninterrupted(Reading<T> reading) throws IOException {
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
    if (size() > LARGEST_IN_ARCHIVE) {
      throw new IOException(file + " is above 1 GiB and in an archive; unpack it to a folder");
    }
    return ByteBuffer.wrap(all(file));
  }

  /**
   * Returns all bytes of a file, on disk or in an archive.
   *
   * @param file short enough for memory
   */
  public static byte[] all(Path file) throws IOException {
    return isOnDisk(file) ? Files.readAllBytes(file) : apart(() -> Files.readAllBytes(file));
  }

  /**
   * Opens a file, on disk or in an archive.
   *
   * @param file in an archive, short enough for memory
   */
  public static InputStream stream(Path file) throws IOException {
    return isOnDisk(file) ? Files.newInputStream(file) : new ByteArrayInputStream(all(file));
  }

  private static boolean isOnDisk(Path file) {
    return file.getFileSystem() == FileSystems.getDefault();
  }

  /**
   * Reads in a thread that nobody interrupts. A file system of a zip has one channel for all of its
   * files; an interrupt of a thread that reads would close it for good.
   */
  public static <T> T apart(Reading<T> reading) throws IOException {
    Supplier<T> read =
        () -> {
          try {
            return reading.read();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    try {
      return CompletableFuture.supplyAsync(read, task -> new Thread(task, "Reading").start())
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) throw failure.getCause();
      throw e;
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
