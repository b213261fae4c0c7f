/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.hub.safety.PortablePath;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * A file of a repository, as the hub lists it.
 *
 * @param path within the repository, with slashes; any text
 * @param size in bytes
 * @param sha256 of its contents, 64 hexadecimal digits; empty for small files, which have git's
 *     checksum only
 * @param blob git's checksum, SHA-1 over "blob", the size and the contents, 40 hexadecimal digits;
 *     empty if the hub gives none
 */
record RemoteFile(String path, long size, String sha256, String blob) {

  private static final int HASH_IN_NAME = 12;

  /**
   * Checks that its path is portable, before it is written.
   *
   * @throws PermanentFailure if it may lead out of a folder, or is not a file's name on every
   *     system
   */
  RemoteFile requirePortable() throws PermanentFailure {
    Optional<String> problem = PortablePath.problem(path);
    if (problem.isEmpty()) return this;
    throw new PermanentFailure(
        "The hub lists a file \""
            + ForeignText.shown(path)
            + "\", whose name may lead out of the model's folder or is none on some systems: "
            + problem.get()
            + ". Nothing is downloaded.");
  }

  /**
   * Checks that it holds something; no file of a model is empty.
   *
   * @throws PermanentFailure if the hub lists it with 0 bytes
   */
  RemoteFile requireContent() throws PermanentFailure {
    if (size > 0) return this;
    throw new PermanentFailure(
        "The hub lists the file \""
            + ForeignText.shown(path)
            + "\" with 0 bytes: it is empty there. Choose another model. Nothing is downloaded.");
  }

  /** Returns the last part of its path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Returns the name of its part while it is incomplete, which differs between versions.
   *
   * @param commit tells versions without checksums apart
   */
  String partName(String commit) {
    String version = sum().isEmpty() ? sha1(commit + " " + size) : sum();
    return name() + "." + version.substring(0, HASH_IN_NAME) + ".part";
  }

  private static String sha1(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(digest("SHA-1").digest(bytes));
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
