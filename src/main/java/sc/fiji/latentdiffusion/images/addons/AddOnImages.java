/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.addons;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.Kind;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.images.imagej.OpenImages;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * The images that entries of add-ons name: by the title of an open image, by the path of a file, or
 * the active image. Their values become red, green and blue through their display ranges.
 */
final class AddOnImages {

  private final Map<String, ImagePlus> images = new HashMap<>();

  /**
   * Finds the images.
   *
   * @param addOns any number
   * @param active gives the image of entries that name none; null for none
   * @throws IllegalArgumentException if an image is missing, or is of no kind that can be read
   */
  AddOnImages(AddOns addOns, Supplier<ImagePlus> active) {
    addOns.forEachImage(
        (kind, entry) -> images.computeIfAbsent(entry.image(), name -> found(kind, entry, active)));
  }

  private static ImagePlus found(Kind kind, Entry entry, Supplier<ImagePlus> active) {
    ImagePlus image =
        entry.image().isEmpty()
            ? active.get()
            : OpenImages.find(entry.image(), "control image").orElse(null);
    if (image == null || image.getProcessor() == null) throw missing(kind, entry);
    Picture.check(image);
    return image;
  }

  private static IllegalArgumentException missing(Kind kind, Entry entry) {
    String expected =
        entry.image().isEmpty()
            ? "an image, but none is named and none is active"
            : "the title of an open image or the path of a file, but found neither for \""
                + entry.image()
                + "\"";
    return new IllegalArgumentException(
        "The "
            + kind.name()
            + " "
            + entry.name()
            + " needs "
            + expected
            + ". Open are: "
            + OpenImages.titles()
            + ". Open one, and name it: "
            + kind.key()
            + "=["
            + entry.name()
            + "=title].");
  }

  /**
   * Returns the images as the model sees them in one run.
   *
   * @param view what the model sees of the image that it repaints or makes
   * @param frame of that image: a named image of the same size is seen through the view, any other
   *     is resampled to the size of what is seen
   * @param at the position of a stack, or null for the current position of each image
   */
  NamedImages seen(ModelView view, Region frame, Slices.Position at) {
    return new NamedImages() {
      @Override
      public String title(String image) {
        return images.get(image).getTitle();
      }

      @Override
      public NDArray pixels(String image, NDManager owner) {
        ImagePlus imp = images.get(image);
        return AddOnImages.pixels(imp, view, frame, position(imp, at), owner);
      }
    };
  }

  private static Slices.Position position(ImagePlus image, Slices.Position at) {
    boolean single = image.getNSlices() * image.getNFrames() == 1;
    if (at == null || single) return new Slices.Position(image.getZ(), image.getT());
    if (at.slice() <= image.getNSlices() && at.frame() <= image.getNFrames()) return at;
    throw new IllegalArgumentException(
        String.format(
            "The control image \"%s\" has %d slices and %d frames, but slice %d of frame %d is"
                + " repainted. Expected one for each, or a single one for all.",
            image.getTitle(), image.getNSlices(), image.getNFrames(), at.slice(), at.frame()));
  }

  /** {@code [1, 3, h, w]}, 0…1. */
  private static NDArray pixels(
      ImagePlus image, ModelView view, Region frame, Slices.Position at, NDManager manager) {
    Region whole = new Region(0, 0, image.getWidth(), image.getHeight());
    boolean same = whole.width() == frame.width() && whole.height() == frame.height();
    Region region = same ? view.shown() : whole;
    Picture picture =
        Channels.of(image, ChannelMapping.DISPLAY)
            .picture(image, at, Selection.all(region), region);
    boolean asIs = same && region.equals(view.seen());
    try (NDArray seen = asIs ? view.tensor(picture, manager) : view.fitted(picture, manager)) {
      return seen.add(1).div(2);
    }
  }
}
