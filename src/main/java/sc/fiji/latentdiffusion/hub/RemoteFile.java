package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * A file of a repository, as the hub lists it.
 *
 * @param path within the repository, with slashes
 * @param size in bytes
 * @param sha256 of its contents; empty for small files, which have git's checksum only
 * @param blob git's checksum, SHA-1 over "blob", the size and the contents
 */
record RemoteFile(String path, long size, String sha256, String blob) {

  private static final int HASH_IN_NAME = 12;

  /**
   * Returns a file with a safe name.
   *
   * @throws Refusal if its path leads out of the folder, or is not a file name on every system
   */
  static RemoteFile of(String path, long size, String sha256, String blob) throws Refusal {
    boolean safe =
        !path.matches(".*[\\\\:*?\"<>|\\p{Cntrl}].*")
            && Arrays.stream(path.split("/", -1))
                .noneMatch(part -> part.isBlank() || part.matches("\\.+") || part.endsWith("."));
    if (!safe) {
      throw new Refusal(
          "The hub lists a file \""
              + path
              + "\", whose name may lead out of the model's folder: nothing is downloaded.");
    }
    return new RemoteFile(path, size, sha256, blob);
  }

  /** Returns the last part of its path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the name of its part while it is incomplete, which differs between versions. */
  String partName() {
    String sum = sum();
    return name() + "." + sum.substring(0, Math.min(HASH_IN_NAME, sum.length())) + ".part";
  }

  /** Returns the checksum that verifies it; empty if the hub gives none. */
  String sum() {
    return sha256.isEmpty() ? blob : sha256;
  }

  /**
   * Computes the checksum of a file on disk, of the same kind as {@link #sum}.
   *
   * @throws CancellationException if the user wants to stop
   */
  String sumOf(Path file, Progress progress) throws IOException {
    MessageDigest digest = digest(sha256.isEmpty() ? "SHA-1" : "SHA-256");
    if (sha256.isEmpty()) {
      digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
    }
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        if (progress.isCanceled()) {
          throw new CancellationException("Canceled while " + path + " was verified.");
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
