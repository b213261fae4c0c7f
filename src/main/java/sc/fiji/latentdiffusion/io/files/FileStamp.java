/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Tells one state of a file from another without reading it: a file that was changed or replaced
 * has another stamp.
 *
 * @param path of the file
 * @param size in bytes
 * @param time of the last change
 * @param key of the file in its file system, such as an inode number; null where there is none
 */
public record FileStamp(Path path, long size, FileTime time, Object key) {

  /**
   * Stamps a file; of a link it stamps the target.
   *
   * @throws IOException if it is missing
   */
  public static FileStamp of(Path path) throws IOException {
    return of(path, Files.readAttributes(path, BasicFileAttributes.class));
  }

  /** Stamps a file whose attributes were read. */
  public static FileStamp of(Path path, BasicFileAttributes file) {
    return new FileStamp(path, file.size(), file.lastModifiedTime(), file.fileKey());
  }
}
