package sc.fiji.latentdiffusion.images.pixels;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import java.util.Optional;

/** A new image that a model's picture fills. */
public final class Canvas {

  private static final String[] COLOURS = {"Red", "Green", "Blue"};

  private final ImagePlus image;
  private final Picture picture;

  private Canvas(ImagePlus image, Picture picture) {
    this.image = image;
    this.picture = picture;
  }

  /**
   * Returns a canvas.
   *
   * @param size of the image; its place is not used
   * @param type of the image
   * @param grey the values that are black and white to the model, for a grey image; empty for
   *     colours. An 8-bit image has 0 and 255 instead
   */
  public static Canvas of(Region size, ResultType type, Optional<Intensity> grey) {
    if (type == ResultType.FLOAT) {
      return grey.map(map -> floatGrey(size, map)).orElseGet(() -> floatColours(size));
    }
    ImageProcessor pixels =
        grey.isPresent()
            ? new ByteProcessor(size.width(), size.height())
            : Picture.blank(size.width(), size.height()).rgb();
    return new Canvas(new ImagePlus("", pixels), Picture.of(pixels, all(size)));
  }

  private static Region all(Region size) {
    return new Region(0, 0, size.width(), size.height());
  }

  private static Canvas floatGrey(Region size, Intensity map) {
    FloatProcessor pixels = new FloatProcessor(size.width(), size.height());
    ImagePlus image = new ImagePlus("", pixels);
    if (map.min() > map.max()) pixels.invertLut();
    image.setDisplayRange(Math.min(map.min(), map.max()), Math.max(map.min(), map.max()));
    ImageProcessor[] colours = {pixels, pixels, pixels};
    return new Canvas(image, picture(size, colours, map));
  }

  /** Returns a composite of three channels, 0…255. */
  private static Canvas floatColours(Region size) {
    ImageStack stack = new ImageStack(size.width(), size.height());
    ImageProcessor[] colours = new ImageProcessor[COLOURS.length];
    for (int c = 0; c < COLOURS.length; c++) {
      colours[c] = new FloatProcessor(size.width(), size.height());
      stack.addSlice(COLOURS[c], colours[c]);
    }
    ImagePlus image = new ImagePlus("", stack);
    image.setDimensions(COLOURS.length, 1, 1);
    CompositeImage composite = new CompositeImage(image, CompositeImage.COMPOSITE);
    LUT[] luts = composite.getLuts();
    for (LUT lut : luts) {
      lut.min = Intensity.RGB.min();
      lut.max = Intensity.RGB.max();
    }
    composite.setLuts(luts);
    return new Canvas(composite, picture(size, colours, Intensity.RGB));
  }

  private static Picture picture(Region size, ImageProcessor[] colours, Intensity map) {
    Intensity[] maps = {map, map, map};
    return new Picture(colours, maps, Selection.all(all(size)), all(size));
  }

  /** Returns the picture, of which all is to be replaced. */
  public Picture picture() {
    return picture;
  }

  /** Returns the image. */
  public ImagePlus image(String title) {
    image.setTitle(title);
    return image;
  }
}
