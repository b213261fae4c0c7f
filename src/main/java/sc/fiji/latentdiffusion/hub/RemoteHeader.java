/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * The header of a safetensors file on the hub. It says whether the file is a model that can be run,
 * before gigabytes of it are downloaded.
 */
final class RemoteHeader {

  /**
   * The longest header that is read, in bytes: enough for thousands of tensors. It comes before the
   * user is asked.
   */
  private static final int LONGEST = 16 << 20;

  private RemoteHeader() {}

  /**
   * Checks that a file is a whole model of a known family.
   *
   * @throws PermanentFailure if it is not, saying what it is
   */
  static void check(
      HubClient client, HubName name, String commit, RemoteFile file, Progress progress)
      throws IOException {
    String header;
    try (Response answer =
        client.get(client.endpoint().file(name.id(), commit, file.path()), 0, progress)) {
      if (answer.status() != 200) {
        throw RequestFailures.of(answer, name, file.path(), client);
      }
      answer.requireNoWebPage("the file " + file.path(), progress);
      header = read(answer, file, progress);
    }
    try {
      SingleFile.check(Path.of(file.path()), header, file.size());
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private static String read(Response answer, RemoteFile file, Progress progress)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int length = -1;
    while (bytes.size() < SafeTensors.LENGTH_BYTES + Math.max(0, length)) {
      List<ByteBuffer> next = answer.body().next(progress);
      if (next.isEmpty()) {
        throw new IOException(file.path() + " ends within its header");
      }
      next.forEach(buffer -> append(bytes, buffer));
      if (length < 0 && bytes.size() >= SafeTensors.LENGTH_BYTES) {
        length = length(bytes.toByteArray(), file);
      }
    }
    return new String(
        bytes.toByteArray(), SafeTensors.LENGTH_BYTES, length, StandardCharsets.UTF_8);
  }

  private static void append(ByteArrayOutputStream bytes, ByteBuffer buffer) {
    byte[] piece = new byte[buffer.remaining()];
    buffer.get(piece);
    bytes.writeBytes(piece);
  }

  private static int length(byte[] begin, RemoteFile file) throws PermanentFailure {
    try {
      int length =
          SafeTensors.headerLength(ByteBuffer.wrap(begin), Path.of(file.path()), file.size());
      if (length <= LONGEST) return length;
    } catch (IOException e) {
      throw refused(e);
    }
    throw new PermanentFailure(
        file.path() + " has a longer header than any model. Nothing is downloaded.");
  }

  private static PermanentFailure refused(IOException e) {
    return new PermanentFailure("Nothing is downloaded: " + e.getMessage() + ".", e);
  }
}
