package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.WindowManager;
import ij.io.Opener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.controlnet.Control;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNet;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * The images that ControlNets see. A user names them by the title of an open image or the path of a
 * file, or means the active image. Their values become red, green and blue through their display
 * ranges.
 */
final class ControlImages {

  private final List<Entry> choices;
  private final List<ControlNetFile> files = new ArrayList<>();
  private final List<ImagePlus> images = new ArrayList<>();

  /**
   * Finds images and files, and loads no network.
   *
   * @param choices the user's ControlNets
   * @param active gives the image for a ControlNet without a named one; null for none
   * @param modelsFolder has a folder {@code controlnet}, which is searched for names
   * @throws IllegalArgumentException if an image is not found or not supported
   * @throws IOException if a file is missing or not a ControlNet
   */
  ControlImages(List<Entry> choices, Supplier<ImagePlus> active, Path modelsFolder)
      throws IOException {
    this.choices = choices;
    for (Entry choice : choices) {
      images.add(found(choice, active));
      files.add(ControlNetFile.find(choice.name(), modelsFolder));
    }
  }

  private static ImagePlus found(Entry choice, Supplier<ImagePlus> active) {
    ImagePlus image = choice.image().isEmpty() ? active.get() : named(choice.image());
    if (image == null || image.getProcessor() == null) throw missing(choice);
    Picture.check(image);
    return image;
  }

  private static ImagePlus named(String name) {
    ImagePlus open = WindowManager.getImage(name);
    return open != null || !isFile(name) ? open : opened(name);
  }

  private static boolean isFile(String name) {
    try {
      return Files.isRegularFile(Path.of(name));
    } catch (InvalidPathException e) {
      return false; // no file has such a name
    }
  }

  private static ImagePlus opened(String path) {
    Opener opener = new Opener();
    opener.setSilentMode(true);
    ImagePlus image = opener.openImage(path);
    if (image != null) return image;
    throw new IllegalArgumentException(
        "ImageJ can't read the control image "
            + path
            + ": expected a TIFF, PNG, JPEG, GIF, BMP, DICOM, FITS or PGM file. Open it, and name"
            + " it by its title.");
  }

  private static IllegalArgumentException missing(Entry choice) {
    String expected =
        choice.image().isEmpty()
            ? "an image, but none is named and none is active"
            : "the title of an open image or the path of a file, but found neither for \""
                + choice.image()
                + "\"";
    String open = String.join(", ", titles());
    return new IllegalArgumentException(
        "The ControlNet "
            + choice.name()
            + " needs "
            + expected
            + ". Open are: "
            + (open.isEmpty() ? "none" : open)
            + ". Open one, and name it: control=["
            + choice.name()
            + "=title].");
  }

  private static List<String> titles() {
    int[] ids = WindowManager.getIDList();
    return ids == null
        ? List.of()
        : IntStream.of(ids).mapToObj(id -> WindowManager.getImage(id).getTitle()).toList();
  }

  /**
   * Loads the networks with their images.
   *
   * @param model that they steer
   * @param view the region of the image that the model sees
   * @param frame the whole image: a control image of the same size is seen through the view, any
   *     other is resized to it
   * @param at position in stacks, or null for the current one of each image
   * @param manager owns the images
   * @throws IllegalArgumentException if a control image is a stack without the position
   * @throws IOException if a ControlNet is damaged, or for another family of models
   */
  List<Control> at(
      LatentDiffusion model, ModelView view, Region frame, Slices.Position at, NDManager manager)
      throws IOException {
    List<ControlNet> nets = model.parts().controlNets(files);
    List<Control> controls = new ArrayList<>();
    for (int i = 0; i < nets.size(); i++) {
      ImagePlus image = images.get(i);
      NDArray seen = seen(image, view, frame, position(image, at), manager);
      controls.add(new Control(nets.get(i), seen, choices.get(i), image.getTitle()));
    }
    return controls;
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
  private static NDArray seen(
      ImagePlus image, ModelView view, Region frame, Slices.Position at, NDManager manager) {
    Region whole = new Region(0, 0, image.getWidth(), image.getHeight());
    boolean same = whole.width() == frame.width() && whole.height() == frame.height();
    Region region = same ? view.seen() : whole;
    Picture picture =
        Channels.of(image, ChannelMapping.DISPLAY)
            .picture(image, at, Selection.all(region), region);
    try (NDArray seen = same ? view.tensor(picture, manager) : view.fitted(picture, manager)) {
      return seen.add(1).div(2);
    }
  }
}
