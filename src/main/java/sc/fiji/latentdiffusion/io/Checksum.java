/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/**
 * SHA-256 over the contents of files one after another, kept by their paths, sizes and times, so
 * that gigabytes are read once: in memory and, if {@link #keepIn} names a folder, there from one
 * start of the program to the next. Safe to call from many threads; equal questions at one time are
 * computed once.
 */
public final class Checksum {

  private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

  private static volatile ChecksumFile file;

  private Checksum() {}

  /**
   * Keeps checksums in a folder, too, from now on, and knows those that are kept there.
   *
   * @param folder the models folder; where it does not exist nothing is kept
   */
  public static void keepIn(Path folder) {
    ChecksumFile before = file;
    if (before != null && before.folder().equals(folder)) return;
    file = new ChecksumFile(folder);
    file.read().forEach(KNOWN::putIfAbsent);
  }

  /**
   * Returns the known checksum, without reading the files' contents.
   *
   * @param files in the order in which their contents count
   * @return 64 lower-case hexadecimal digits, or empty
   * @throws IOException if a file is missing
   */
  public static Optional<String> known(List<Path> files) throws IOException {
    return Optional.ofNullable(KNOWN.get(key(files)));
  }

  /** Returns 64 lower-case hexadecimal digits. */
  public static String sha256(List<Path> files) throws IOException {
    return sha256(files, bytes -> {});
  }

  /**
   * Returns the checksum, known or computed.
   *
   * @param files in the order in which their contents count
   * @param read gets the number of bytes after each part, and may throw to stop
   * @return 64 lower-case hexadecimal digits
   * @throws IOException if a file is missing or cannot be read
   */
  public static String sha256(List<Path> files, LongConsumer read) throws IOException {
    String key = key(files);
    try {
      String known = KNOWN.get(key);
      String sum = known != null ? known : KNOWN.computeIfAbsent(key, k -> compute(files, read));
      if (known == null) keep(files, key, sum);
      return sum;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Returns the checksum of a file's present contents, and keeps it nowhere.
   *
   * @return 64 lower-case hexadecimal digits
   * @throws IOException if the file is missing or cannot be read
   */
  public static String ofContents(Path file) throws IOException {
    try {
      return compute(List.of(file), bytes -> {});
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void keep(List<Path> files, String key, String sum) {
    boolean onDisk = files.stream().allMatch(f -> f.getFileSystem() == FileSystems.getDefault());
    if (file != null && onDisk) file.add(key, sum);
  }

  private static String key(List<Path> files) throws IOException {
    StringBuilder key = new StringBuilder();
    for (Path path : files) {
      key.append(path.toUri()).append('|').append(Files.size(path)).append('|');
      key.append(Files.getLastModifiedTime(path)).append('\n');
    }
    return key.toString();
  }

  private static String compute(List<Path> files, LongConsumer read) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path path : files) update(digest, path, read);
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, Path path, LongConsumer read)
      throws IOException {
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = FileBytes.stream(path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        read.accept(n);
      }
    }
  }
}
