/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import ij.Prefs;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The folder in which models are found by name: the value of the system property {@value
 * #PROPERTY}, else the user's choice, else {@code models/diffusion} in ImageJ's folder, else in the
 * working directory. The choice is one of ImageJ 1.x's preferences, which every host has.
 */
public final class ModelsFolder {

  /** The system property that names the folder, whatever the user has chosen. */
  static final String PROPERTY = "latentdiffusion.models";

  private static final String PREFERENCE = "latentdiffusion.folder";

  private ModelsFolder() {}

  /** The folder; it need not exist. */
  public static Path get() {
    String property = System.getProperty(PROPERTY);
    String chosen = property == null ? Prefs.get(PREFERENCE, "") : property;
    return chosen.isEmpty() ? ownOfImageJ() : Path.of(chosen);
  }

  private static Path ownOfImageJ() {
    String imagej = IJ.getDirectory("imagej");
    return Path.of(imagej == null ? "" : imagej, "models", "diffusion");
  }

  /**
   * Chooses the folder for this and later starts of the program.
   *
   * @param folder a path, or empty for ImageJ's own
   * @throws IllegalArgumentException if it is no folder, or the system property names another
   */
  public static void choose(String folder) {
    String wanted = folder.strip();
    if (!wanted.isEmpty() && path(wanted).equals(get())) {
      return;
    }
    if (System.getProperty(PROPERTY) != null) {
      throw new IllegalArgumentException(
          "The models folder is "
              + get()
              + " as long as the system property "
              + PROPERTY
              + " says so; start ImageJ without it to choose "
              + (wanted.isEmpty() ? "ImageJ's own, models/diffusion" : wanted)
              + ".");
    }
    check(wanted);
    Prefs.set(PREFERENCE, wanted.isEmpty() ? "" : path(wanted).toAbsolutePath().toString());
    Prefs.savePreferences();
  }

  /**
   * Checks a choice.
   *
   * @throws IllegalArgumentException if it is neither empty nor a folder, nor the present one
   */
  public static void check(String folder) {
    String wanted = folder.strip();
    if (!wanted.isEmpty() && !path(wanted).equals(get()) && !Files.isDirectory(path(wanted))) {
      throw new IllegalArgumentException(
          "folder must be a folder with models, but there is no folder "
              + wanted
              + ". Make it first, or leave it empty for ImageJ's own, models/diffusion.");
    }
  }

  private static Path path(String folder) {
    try {
      return Path.of(folder);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "folder must be the path of a folder, but is \"" + folder + "\".", e);
    }
  }
}
