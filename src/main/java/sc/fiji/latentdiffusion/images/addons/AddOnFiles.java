/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.addons;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/** The files and images of a request's add-ons. Their networks are not loaded yet. */
public final class AddOnFiles {

  private final AddOnImages images;
  private final Added added;

  /**
   * Finds the files and images.
   *
   * @param addOns as the user wrote them
   * @param active gives the image of entries that name none; null for none
   * @param modelsFolder in whose folders names are looked up
   * @throws IllegalArgumentException if an image is missing, or a file is named twice
   * @throws IOException if a file is missing or not valid
   */
  public AddOnFiles(AddOns addOns, Supplier<ImagePlus> active, Path modelsFolder)
      throws IOException {
    images = new AddOnImages(addOns, active);
    added = addOns.find(modelsFolder);
  }

  /** Returns what the files add to a model. */
  public Added added() {
    return added;
  }

  /**
   * Loads the add-ons of one run.
   *
   * @param model with the changes of weights
   * @param view what the model sees of the image that it repaints or makes
   * @param frame of that image
   * @param at the position of a stack, or null for the current position of each named image
   * @param manager owns the named images; it must stay open until the run is closed
   * @return the add-ons of the run
   * @throws IOException if an add-on is for another family of models, or damaged
   */
  public LoadedAddOns loaded(
      LatentDiffusion model, ModelView view, Region frame, Slices.Position at, NDManager manager)
      throws IOException {
    return model.load(added, images.seen(view, frame, at), manager);
  }
}
