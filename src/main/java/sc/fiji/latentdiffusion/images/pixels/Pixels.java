package sc.fiji.latentdiffusion.images.pixels;

import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;

/** Wraps the pixel arrays of ImageJ's processors as ImgLib2 images: writing changes the array. */
final class Pixels {

  private Pixels() {}

  /** Returns the values of a grey image, of dimensions (width, height). */
  static RandomAccessibleInterval<? extends RealType<?>> grey(ImageProcessor ip) {
    Object pixels = ip.getPixels();
    if (ip instanceof ByteProcessor) {
      return ArrayImgs.unsignedBytes((byte[]) pixels, ip.getWidth(), ip.getHeight());
    }
    if (ip instanceof ShortProcessor) {
      return ArrayImgs.unsignedShorts((short[]) pixels, ip.getWidth(), ip.getHeight());
    }
    return ArrayImgs.floats((float[]) pixels, ip.getWidth(), ip.getHeight());
  }

  /** Returns the colours of an RGB image, of dimensions (width, height). */
  static RandomAccessibleInterval<ARGBType> argb(ColorProcessor ip) {
    return ArrayImgs.argbs((int[]) ip.getPixels(), ip.getWidth(), ip.getHeight());
  }

  /** Returns red (0), green (1) or blue (2) of an RGB image, to be read only. */
  static RandomAccessibleInterval<? extends RealType<?>> channel(ColorProcessor ip, int channel) {
    return Converters.argbChannel(argb(ip), channel + 1);
  }
}
