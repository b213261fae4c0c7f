/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.awt.Component;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.swing.JFileChooser;
import sc.fiji.latentdiffusion.io.model.ModelSearch;

/** Lets the user point at a model anywhere on the disk: a folder, or a single file. */
public final class ModelBrowser {

  private ModelBrowser() {}

  /**
   * Shows a file chooser, which begins in the models folder.
   *
   * @param parent over which it is shown
   * @param folder the models folder, which need not exist
   * @return the text that names the model in requests: its name if it lies in the models folder,
   *     else its path; empty if the user has given up
   */
  public static Optional<String> browse(Component parent, Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    JFileChooser chooser = new JFileChooser();
    chooser.setDialogTitle("A model: a folder in diffusers' layout, or a single file");
    chooser.setFileSelectionMode(JFileChooser.FILES_AND_DIRECTORIES);
    if (Files.isDirectory(root)) {
      chooser.setCurrentDirectory(root.toFile());
    }
    if (chooser.showOpenDialog(parent) != JFileChooser.APPROVE_OPTION) {
      return Optional.empty();
    }
    Path chosen = chooser.getSelectedFile().toPath().toAbsolutePath();
    return Optional.of(ModelSearch.nameOf(chosen, root));
  }
}
