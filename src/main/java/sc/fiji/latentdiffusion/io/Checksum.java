package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SHA-256 over the contents of files one after another, kept in memory by their paths, sizes and
 * times, so that gigabytes are read once. Safe to call from many threads; equal questions at one
 * time are computed once.
 */
final class Checksum {

  private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

  private Checksum() {}

  /** Returns 64 lower-case hexadecimal digits. */
  static String sha256(List<Path> files) throws IOException {
    StringBuilder key = new StringBuilder();
    for (Path file : files) {
      key.append(file.toUri()).append('|').append(Files.size(file)).append('|');
      key.append(Files.getLastModifiedTime(file)).append('\n');
    }
    try {
      return KNOWN.computeIfAbsent(key.toString(), k -> compute(files));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String compute(List<Path> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) update(digest, file);
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.update(buffer, 0, n);
    }
  }
}
