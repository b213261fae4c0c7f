/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a training: the LoRA, and beside it the state with which it can be continued.
 *
 * @param folder of LoRAs
 * @param name without ending
 */
public record TrainingFiles(Path folder, String name) {

  private static final String FORBIDDEN = ".*[/\\\\:].*";

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it can't be that of a file everywhere
   */
  public TrainingFiles {
    String plain = name.strip();
    if (plain.isEmpty() || plain.matches(FORBIDDEN) || plain.startsWith(".")) {
      throw new IllegalArgumentException(
          "name must be the name of a file without folder and ending, with none of / \\ :, but is"
              + " \""
              + name
              + "\".");
    }
    name = plain;
  }

  /** Returns the LoRA's file. */
  public Path lora() {
    return folder.resolve(name + ".safetensors");
  }

  /** Returns the file of the state. */
  public Path state() {
    return folder.resolve(name + ".training");
  }

  /**
   * Proves that the name is free.
   *
   * @param replaces whether a LoRA of this name may be replaced
   * @throws IllegalArgumentException if there is one that may not
   */
  public void requireFree(boolean replaces) {
    if (!replaces && Files.exists(lora())) {
      throw new IllegalArgumentException(
          "name is that of a LoRA that exists: "
              + lora()
              + ". Choose another name, set overwrite, or continue it (resume="
              + name
              + ").");
    }
  }

  /**
   * Makes the folder, and proves that files can be written into it.
   *
   * @param replaces whether a LoRA of this name may be replaced
   * @param bytes of both files
   * @throws IllegalArgumentException if there is one that may not
   * @throws IOException if nothing can be written, or there is too little room
   */
  public void requireWritable(boolean replaces, long bytes) throws IOException {
    requireFree(replaces);
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, name, ".part"));
    } catch (IOException e) {
      throw new IOException(
          "Nothing can be written into the folder "
              + folder
              + ": "
              + e.getMessage()
              + ". Allow writing there, or choose another models folder.",
          e);
    }
    long room = Files.getFileStore(folder).getUsableSpace();
    if (room < 2 * bytes) {
      throw new IOException(
          String.format(
              "The files of the LoRA take up to %.1f MB while they are written, but the disk of %s"
                  + " has %.1f MB left. Make room, or choose a smaller rank.",
              2 * bytes / 1e6, folder, room / 1e6));
    }
  }
}
