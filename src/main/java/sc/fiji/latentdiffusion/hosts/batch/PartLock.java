/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a part of a batch from being done twice at a time: a locked file that names the process and
 * its computer. The system unlocks it when the process ends, however that is.
 */
final class PartLock implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;

  private PartLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a part.
   *
   * @param output folder of the results
   * @throws IllegalArgumentException if another process works on it, naming that
   * @throws IOException if the file can't be written
   */
  static PartLock of(BatchPart part, Path output) throws IOException {
    Path file = output.resolve(part.lockName());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) throw refused(part, file);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(owner().getBytes(StandardCharsets.UTF_8)));
      channel.force(false);
      return new PartLock(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException thisProgramHasIt) {
      return null;
    }
  }

  private static IllegalArgumentException refused(BatchPart part, Path file) throws IOException {
    String owner = Files.readString(file).strip();
    return new IllegalArgumentException(
        String.format(
            "Part %s is worked on by %s, which has locked %s. Wait until it ends, or give another"
                + " part or output.",
            part, owner.isEmpty() ? "another process" : owner, file));
  }

  private static String owner() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "this computer";
    }
    return "process " + ProcessHandle.current().pid() + " on " + host;
  }

  /** Returns a file beside the lock. */
  Path beside(String name) {
    return file.resolveSibling(name);
  }

  /** Unlocks and deletes the file. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    channel.close();
  }
}
