/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.nio.file.Files;
import java.nio.file.Path;

/** The names of files of reference numbers, which lie in or beside models and are none. */
public final class GoldenNames {

  private static final String NAME = "goldens.safetensors";

  private GoldenNames() {}

  /**
   * Returns the file of reference numbers of a model, which need not exist.
   *
   * @param model a folder, in which it lies, or a single file, beside which it lies
   */
  public static Path beside(Path model) {
    if (Files.isDirectory(model)) return model.resolve(NAME);
    String file = ModelSearch.name(model);
    int dot = file.lastIndexOf('.');
    return model.resolveSibling((dot < 0 ? file : file.substring(0, dot)) + "." + NAME);
  }

  /** Returns whether a file's name is that of reference numbers. */
  static boolean isOf(String name) {
    return name.equals(NAME) || name.endsWith("." + NAME);
  }
}
