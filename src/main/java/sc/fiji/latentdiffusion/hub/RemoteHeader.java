package sc.fiji.latentdiffusion.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.progress.Watch;

/**
 * The header of a safetensors file on the hub: eight bytes with its length, and the names and
 * shapes of the tensors. It says whether the file is a model that can be run before gigabytes of it
 * are downloaded.
 */
final class RemoteHeader {

  private static final int LENGTH_BYTES = 8;
  private static final long LONGEST = 100_000_000;

  private RemoteHeader() {}

  /**
   * Checks that a file is a whole model of a known family.
   *
   * @throws Refusal if it is not, saying what it is
   */
  static void check(HubClient client, HubName name, String commit, RemoteFile file, Watch watch)
      throws IOException {
    String header;
    try (Response answer =
        client.get(client.endpoint().file(name.id(), commit, file.path()), 0, watch)) {
      if (answer.status() != 200) {
        throw Refusals.of(answer, name, file.path(), client);
      }
      header = read(answer, file, watch);
    }
    try {
      SingleFile.check(Path.of(file.path()), header, file.size());
    } catch (IOException e) {
      throw new Refusal("Nothing is downloaded: " + e.getMessage() + ".", e);
    }
  }

  private static String read(Response answer, RemoteFile file, Watch watch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long wanted = LENGTH_BYTES;
    while (bytes.size() < wanted) {
      List<ByteBuffer> next = answer.body().next(watch);
      if (next.isEmpty()) {
        throw new IOException(file.path() + " ends within its header");
      }
      next.forEach(buffer -> append(bytes, buffer));
      if (bytes.size() >= LENGTH_BYTES) {
        wanted = LENGTH_BYTES + length(bytes.toByteArray(), file);
      }
    }
    int length = (int) wanted - LENGTH_BYTES;
    return new String(bytes.toByteArray(), LENGTH_BYTES, length, StandardCharsets.UTF_8);
  }

  private static void append(ByteArrayOutputStream bytes, ByteBuffer buffer) {
    byte[] piece = new byte[buffer.remaining()];
    buffer.get(piece);
    bytes.writeBytes(piece);
  }

  private static long length(byte[] start, RemoteFile file) throws Refusal {
    long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > Math.min(LONGEST, file.size() - LENGTH_BYTES)) {
      throw new Refusal(
          "Nothing is downloaded: "
              + file.path()
              + " is no safetensors file; expected the length of a header at its beginning, found "
              + length
              + ".");
    }
    return length;
  }
}
