package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * One file of a repository on its way to the disk. What has arrived lies beside it in a file that
 * ends in {@code .part}, from whose end a later download goes on. It gets its own name when it has
 * the size and the checksum that the hub tells.
 */
final class Download {

  private final HubClient client;
  private final HubName name;
  private final URI uri;
  private final RemoteFile file;
  private final Path target;
  private final Path part;

  /**
   * Nothing happens yet.
   *
   * @param commit of the repository
   * @param file that is wanted
   * @param target where it is to lie
   */
  Download(HubClient client, HubName name, String commit, RemoteFile file, Path target) {
    this.client = client;
    this.name = name;
    this.uri = client.endpoint().file(name.id(), commit, file.path());
    this.file = file;
    this.target = target;
    this.part = target.resolveSibling(file.partName());
  }

  /** Whether something lies where the file is to lie. */
  boolean isThere() {
    return Files.exists(target);
  }

  /** How many bytes have not arrived yet. */
  long missing() throws IOException {
    return isThere() ? 0 : file.size() - Math.min(arrived(), file.size());
  }

  RemoteFile file() {
    return file;
  }

  private long arrived() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  /**
   * Brings what is missing, and verifies the whole.
   *
   * @param told of the number of bytes after each piece that arrives
   * @throws IOException if it can't be brought or is not what the hub lists; what has arrived stays
   *     where that is of use
   * @throws CancellationException if the user wants to stop; what has arrived stays
   */
  void run(Retry attempts, LongConsumer told, Progress progress) throws IOException {
    if (isThere()) {
      requireSame(progress);
      return;
    }
    Files.createDirectories(target.getParent());
    try {
      attempts.of(() -> bring(told, progress), this::length, progress);
    } catch (Refusal e) {
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
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private long length() {
    return part.toFile().length(); // 0 where there is none
  }

  private Void bring(LongConsumer told, Progress progress) throws IOException {
    if (arrived() > file.size()) {
      Files.delete(part);
    }
    if (arrived() == file.size()) {
      if (!Files.exists(part)) Files.createFile(part);
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
    long from = start(answer);
    try (FileChannel channel = open()) {
      requireAlone(channel);
      if (from < channel.size()) {
        told.accept(from - channel.size());
        channel.truncate(from);
      }
      channel.position(from);
      ResponseBody body = answer.body();
      for (List<ByteBuffer> next = body.next(progress);
          !next.isEmpty();
          next = body.next(progress)) {
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

  /** Where the answer's bytes belong: a server may begin anew instead of going on. */
  private long start(Response answer) throws IOException {
    long from = arrived();
    if (answer.status() == 200) {
      return 0;
    }
    if (answer.status() == 206) {
      if (answer.header("Content-Range").startsWith("bytes " + from + "-")) return from;
      throw new IOException("the server goes on at another place than asked for");
    }
    if (answer.status() == 416) {
      Files.delete(part);
      throw new IOException("the server does not know as many bytes");
    }
    throw Refusals.of(answer, name, file.path(), client);
  }

  private FileChannel open() throws IOException {
    try {
      return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Two that wrote the same part would spoil it. The lock ends with the channel. */
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

  private Refusal alreadyComing(Throwable cause) {
    return new Refusal(
        file.path() + " is being downloaded already; wait until that has come to its end.", cause);
  }

  private void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) channel.write(bytes);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private Refusal cannotWrite(IOException e) {
    return new Refusal(
        part
            + " can't be written ("
            + e.getMessage()
            + "). Make room, or see to it that the models folder may be written to; then get the"
            + " model again to go on from there.",
        e);
  }

  private Refusal tooLong() throws IOException {
    Files.delete(part);
    return new Refusal(
        "More than the "
            + file.size()
            + " bytes that the hub lists have come of "
            + file.path()
            + ". Something on the way changes it, a proxy perhaps; nothing of it is kept.");
  }

  private void verify(Progress progress) throws IOException {
    String sum = file.sumOf(part, progress);
    if (!file.sum().isEmpty() && !sum.equals(file.sum())) {
      Files.delete(part);
      throw new Refusal(
          file.path()
              + " is not what the hub lists: its checksum should be "
              + file.sum()
              + ", but is "
              + sum
              + ". Something on the way has changed it; it was deleted, get the model again.");
    }
  }

  private void requireSame(Progress progress) throws IOException {
    boolean same = Files.isRegularFile(target) && Files.size(target) == file.size();
    if (same && !file.sum().isEmpty()) {
      same = file.sumOf(target, progress).equals(file.sum());
    }
    if (!same) {
      throw new Refusal(
          target
              + " is there already, and is another file than the hub's. Nothing is replaced: move"
              + " it or its folder away, or name a revision, which gets a folder of its own.");
    }
  }
}
