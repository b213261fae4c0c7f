/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;

/** A PNG file of a result, with its settings as texts. */
public final class SavedPicture {

  /** Signature and the first chunk, behind which the texts stand. */
  private static final int HEADER = PngChunks.SIGNATURE.length + 25;

  private SavedPicture() {}

  /**
   * Checks that an image can be saved.
   *
   * @throws IllegalArgumentException if it is of 32 bit, or has no Info of our runs
   */
  public static void check(ImagePlus image) {
    if (image.getBitDepth() == 32) {
      throw new IllegalArgumentException(
          "\""
              + image.getTitle()
              + "\" has 32 bit, but PNG files hold 8- or 16-bit grey, or RGB. Convert a copy (Image"
              + " ▸ Type), or save it as TIFF, which keeps the Info, too.");
    }
    new PictureInfo(image);
  }

  /**
   * Writes the current slice: grey as it is, colours as they are seen.
   *
   * @param path of the file
   * @throws IOException if it can't be written
   */
  public static void write(ImagePlus image, Path path) throws IOException {
    Map<String, String> texts = new PictureInfo(image).texts();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(pixels(image), "png", png);
    byte[] plain = png.toByteArray();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(plain, 0, HEADER);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      whole.writeBytes(PngChunks.chunk(text.getKey(), text.getValue()));
    }
    whole.write(plain, HEADER, plain.length - HEADER);
    Files.write(path, whole.toByteArray());
  }

  /**
   * Returns the Info that a file holds.
   *
   * @return empty if it holds none
   * @throws IOException if the file can't be read, or is cut off or damaged
   */
  public static String wholeInfo(Path path) throws IOException {
    return PictureTexts.of(path).getOrDefault(OwnInfo.KEYWORD, "");
  }

  private static BufferedImage pixels(ImagePlus image) {
    ImageProcessor slice = image.getProcessor();
    boolean isGrey = !(image instanceof CompositeImage) && !slice.isColorLut();
    if (isGrey && slice instanceof ShortProcessor grey) return grey.get16BitBufferedImage();
    if (isGrey && image.getBitDepth() == 8) return grey(slice);
    return rgb(new ColorProcessor(image.getImage()));
  }

  private static BufferedImage grey(ImageProcessor slice) {
    int type = BufferedImage.TYPE_BYTE_GRAY;
    BufferedImage grey = new BufferedImage(slice.getWidth(), slice.getHeight(), type);
    grey.getRaster().setDataElements(0, 0, slice.getWidth(), slice.getHeight(), slice.getPixels());
    return grey;
  }

  private static BufferedImage rgb(ColorProcessor colours) {
    int width = colours.getWidth();
    int height = colours.getHeight();
    BufferedImage rgb = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    rgb.setRGB(0, 0, width, height, (int[]) colours.getPixels(), 0, width);
    return rgb;
  }
}
