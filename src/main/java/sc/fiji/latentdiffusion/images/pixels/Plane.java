/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.util.IdentityHashMap;
import java.util.Map;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.converter.readwrite.SamplerConverter;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.basictypeaccess.ByteAccess;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/**
 * The values of one channel of an image, of dimensions (width, height). Writing changes the image.
 *
 * @param values at the places of the image
 * @param blend of new values over them
 */
public record Plane(RandomAccessibleInterval<? extends RealType<?>> values, Blend blend) {

  /** Returns a grey image of ImageJ. */
  static Plane of(ImageProcessor greys) {
    return new Plane(wrapped(greys), Blend.in(greys));
  }

  private static RandomAccessibleInterval<? extends RealType<?>> wrapped(ImageProcessor ip) {
    Object pixels = ip.getPixels();
    if (ip instanceof ByteProcessor) {
      return ArrayImgs.unsignedBytes((byte[]) pixels, ip.getWidth(), ip.getHeight());
    }
    if (ip instanceof ShortProcessor) {
      return ArrayImgs.unsignedShorts((short[]) pixels, ip.getWidth(), ip.getHeight());
    }
    return ArrayImgs.floats((float[]) pixels, ip.getWidth(), ip.getHeight());
  }

  /**
   * Returns grey images of ImageJ as planes.
   *
   * @param colours of 8, 16 or 32 bit; null for a missing one
   * @return as many; the same plane for the same image
   */
  static Plane[] of(ImageProcessor[] colours) {
    Map<ImageProcessor, Plane> known = new IdentityHashMap<>();
    Plane[] planes = new Plane[colours.length];
    for (int c = 0; c < planes.length; c++) {
      if (colours[c] != null) planes[c] = known.computeIfAbsent(colours[c], Plane::of);
    }
    return planes;
  }

  /** Returns red, green and blue of an RGB image of ImageJ; its opacity stays. */
  static Plane[] of(ColorProcessor rgb) {
    int[] pixels = (int[]) rgb.getPixels();
    RandomAccessibleInterval<ARGBType> argb =
        ArrayImgs.argbs(pixels, rgb.getWidth(), rgb.getHeight());
    Plane[] planes = new Plane[3];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = new Plane(channel(argb, 8 * (2 - c)), Blend.COLOUR);
    }
    return planes;
  }

  /** As {@code Converters.argbChannel}, which sets other channels, too, when it writes 128…255. */
  private static RandomAccessibleInterval<UnsignedByteType> channel(
      RandomAccessibleInterval<ARGBType> argb, int shift) {
    SamplerConverter<ARGBType, UnsignedByteType> bits =
        pixel ->
            new UnsignedByteType(
                new ByteAccess() {
                  @Override
                  public byte getValue(int index) {
                    return (byte) (pixel.get().get() >> shift);
                  }

                  @Override
                  public void setValue(int index, byte value) {
                    int others = pixel.get().get() & ~(255 << shift);
                    pixel.get().set(others | (value & 255) << shift);
                  }
                });
    return Converters.convert(argb, bits);
  }
}
