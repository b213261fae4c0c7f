/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * A file that a batch works on.
 *
 * @param path of the file
 * @param name its path relative to the input, with {@code /} between folders
 */
record BatchFile(Path path, String name) {

  /**
   * Returns the seed of the file, which depends on its name and the given seed alone: {@code (seed
   * + CRC-32 of the name in UTF-8) mod 2³²}.
   */
  long seed(long given) {
    CRC32 sum = new CRC32();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    return (given + sum.getValue()) & 0xFFFFFFFFL;
  }

  /**
   * Returns the file of its result.
   *
   * @param folder of all results; subfolders are as those of the input
   * @param ending with the dot
   */
  Path output(Path folder, String ending) {
    Path mirrored = folder.resolve(name);
    return mirrored.resolveSibling(stem(mirrored) + ending);
  }

  /** Returns a file beside it whose name differs in the ending. */
  Path beside(String ending) {
    return path.resolveSibling(stem(path) + ending);
  }

  /** Returns the name of a file without its ending, the part behind the last dot but a first. */
  static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
