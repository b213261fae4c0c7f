/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.hub.safety.WrittenFile;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * The download of one file of a repository. The bytes that have arrived lie beside the file in one
 * that ends in {@code .part}; a later download continues at its end. The file gets its own name
 * when it has the size and the checksum that the hub lists.
 */
final class Download {

  private static final int MOST_OF_PAGE = 2000;

  private final HubClient client;
  private final HubName name;
  private final URI uri;
  private final RemoteFile file;
  private final WrittenFile target;
  private final WrittenFile part;

  /**
   * @param client of the hub
   * @param name of the repository
   * @param commit of the repository
   * @param file to download
   * @param target on the disk
   * @throws PermanentFailure if its path leads out of the models folder
   */
  Download(HubClient client, HubName name, String commit, RemoteFile file, WrittenFile target)
      throws PermanentFailure {
    this.client = client;
    this.name = name;
    this.uri = client.endpoint().file(name.id(), commit, file.path());
    this.file = file;
    this.target = target;
    this.part = target.beside(file.partName(commit));
  }

  /** Returns whether the target exists. */
  boolean isThere() {
    return target.exists();
  }

  /**
   * Returns the number of bytes that have not arrived yet.
   *
   * @throws PermanentFailure if a link is in the way
   */
  long missing() throws IOException {
    return isThere() ? 0 : file.size() - Math.min(arrived(), file.size());
  }

  RemoteFile file() {
    return file;
  }

  private long arrived() throws IOException {
    return part.size();
  }

  /**
   * Downloads the missing bytes and verifies the file.
   *
   * @param retry repeats failed requests
   * @param told takes the number of bytes of each piece that arrives
   * @param progress may cancel
   * @throws IOException if the download fails or the file is not the listed one; bytes that a later
   *     download can use stay
   * @throws CancellationException if the user wants to stop; the bytes that have arrived stay
   */
  void run(Retry retry, LongConsumer told, Progress progress) throws IOException {
    if (isThere()) {
      requireSame(progress);
      return;
    }
    target.makeFolder();
    try {
      retry.of(() -> request(told, progress), this::length, progress);
    } catch (PermanentFailure e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "The download of "
              + file.path()
              + " was cut after "
              + length()
              + " of "
              + file.size()
              + " bytes: "
              + e.getMessage()
              + ". Get the model again to go on from there.",
          e);
    }
    verify(progress);
    if (isThere()) requireSame(progress); // another program may have brought it meanwhile
    Files.move(part.path(), target.path(), StandardCopyOption.ATOMIC_MOVE);
  }

  private long length() {
    return part.path().toFile().length(); // 0 where there is none
  }

  private Void request(LongConsumer told, Progress progress) throws IOException {
    if (arrived() > file.size()) {
      Files.delete(part.path());
    }
    if (arrived() == file.size()) {
      part.open().close();
      return null;
    }
    try (Response answer = client.get(uri, arrived(), progress)) {
      append(answer, told, progress);
    }
    if (arrived() < file.size()) {
      throw new IOException("the server ended it early");
    }
    return null;
  }

  private void append(Response answer, LongConsumer told, Progress progress) throws IOException {
    long from = start(answer, progress);
    ResponseBody body = answer.body();
    List<ByteBuffer> next = body.next(progress);
    requireNoWebPage(answer, next);
    try (FileChannel channel = open()) {
      requireAlone(channel);
      if (from < channel.size()) {
        told.accept(from - channel.size());
        channel.truncate(from);
      }
      channel.position(from);
      for (; !next.isEmpty(); next = body.next(progress)) {
        for (ByteBuffer bytes : next) {
          int count = bytes.remaining();
          write(channel, bytes);
          told.accept(count);
        }
        if (channel.position() > file.size()) {
          throw tooLong();
        }
      }
    }
  }

  /** Returns the place of the answer's first byte: a server may begin anew. */
  private long start(Response answer, Progress progress) throws IOException {
    answer.requireNoWebPage("the file " + file.path(), progress);
    long from = arrived();
    if (answer.status() == 200) {
      requireLength(answer, file.size());
      return 0;
    }
    if (answer.status() == 206) {
      if (answer.header("Content-Range").startsWith("bytes " + from + "-")) {
        requireLength(answer, file.size() - from);
        return from;
      }
      throw new IOException("the server continues at another place than requested");
    }
    if (answer.status() == 416) {
      Files.delete(part.path());
      throw new IOException("the server has fewer bytes");
    }
    throw RequestFailures.of(answer, name, file.path(), client);
  }

  /** Another length shows another file before anything of it is written. */
  private void requireLength(Response answer, long expected) throws IOException {
    String length = answer.header("Content-Length");
    if (length.isEmpty() || length.equals(Long.toString(expected))) return;
    throw new PermanentFailure(
        answer.host()
            + " sends "
            + ForeignText.shown(length)
            + " bytes for "
            + file.path()
            + ", expected "
            + expected
            + ", as the hub lists it. Something on the way changes it, perhaps a proxy; nothing of"
            + " it is kept.");
  }

  private void requireNoWebPage(Response answer, List<ByteBuffer> first) throws PermanentFailure {
    if (first.isEmpty()) return;
    ByteBuffer begin = first.get(0).duplicate();
    byte[] bytes = new byte[Math.min(begin.remaining(), MOST_OF_PAGE)];
    begin.get(bytes);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (WebPage.isOne(text)) throw WebPage.failure(answer, "the file " + file.path(), text);
  }

  private FileChannel open() throws IOException {
    try {
      return part.open();
    } catch (PermanentFailure e) {
      throw e;
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Locks the part against a second download; the lock ends with the channel. */
  private void requireAlone(FileChannel channel) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw alreadyComing(e);
    }
    if (lock == null) {
      throw alreadyComing(null);
    }
  }

  private PermanentFailure alreadyComing(Throwable cause) {
    return new PermanentFailure(
        file.path() + " is being downloaded already; wait until that ends.", cause);
  }

  private void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) channel.write(bytes);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private PermanentFailure cannotWrite(IOException e) {
    return new PermanentFailure(
        part.path()
            + " can't be written ("
            + e.getMessage()
            + "). Make room, or make the models folder writable; then get the model again to go on"
            + " from there.",
        e);
  }

  private PermanentFailure tooLong() throws IOException {
    Files.delete(part.path());
    return new PermanentFailure(
        "More than the "
            + file.size()
            + " bytes that the hub lists have arrived for "
            + file.path()
            + ". Something on the way changes it, perhaps a proxy; nothing of it is kept.");
  }

  private void verify(Progress progress) throws IOException {
    if (file.sum().isEmpty()) return;
    String sum = file.sumOf(part.path(), progress);
    if (!sum.equals(file.sum())) {
      Files.delete(part.path());
      throw new PermanentFailure(
          file.path()
              + " is not what the hub lists: its checksum should be "
              + file.sum()
              + ", but is "
              + sum
              + ". Something on the way has changed it; it was deleted. Get the model again.");
    }
  }

  private void requireSame(Progress progress) throws IOException {
    Path path = target.path();
    boolean same = Files.isRegularFile(path) && Files.size(path) == file.size();
    if (same && !file.sum().isEmpty()) {
      same = file.sumOf(path, progress).equals(file.sum());
    }
    if (!same) {
      throw new PermanentFailure(
          path
              + " is there already, and is another file than the hub's. Nothing is replaced: move"
              + " it or its folder away, or name a revision, which gets a folder of its own.");
    }
  }
}
