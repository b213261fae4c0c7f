/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ij.process.ColorProcessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.basictypeaccess.nio.FloatBufferAccess;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/** Wraps the memory of float32 tensors as ImgLib2 images, without a copy. */
public final class Tensors {

  private Tensors() {}

  /**
   * Makes a tensor from an image that a function fills. Both share their memory; on a GPU the
   * tensor is a copy.
   *
   * @param manager owns the tensor
   * @param fill writes the image of dimensions (width, height, channels), which is all zero
   * @return [1, channels, height, width], float32
   */
  public static NDArray create(
      NDManager manager,
      int channels,
      int height,
      int width,
      Consumer<RandomAccessibleInterval<FloatType>> fill) {
    int bytes = Math.multiplyExact(Math.multiplyExact(channels * Float.BYTES, height), width);
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    fill.accept(ArrayImgs.floats(new FloatBufferAccess(memory, true), width, height, channels));
    return manager.create(memory, new Shape(1, channels, height, width), DataType.FLOAT32);
  }

  /**
   * Wraps a tensor's memory as an image, valid as long as the tensor.
   *
   * @param tensor [1, channels, height, width], float32
   * @return dimensions (width, height, channels)
   */
  public static RandomAccessibleInterval<FloatType> image(NDArray tensor) {
    Shape shape = tensor.getShape();
    ByteBuffer memory = tensor.toByteBuffer(true);
    return ArrayImgs.floats(
        new FloatBufferAccess(memory, true), shape.get(3), shape.get(2), shape.get(1));
  }

  /**
   * Makes a tensor of arrays of height × width, one for each channel.
   *
   * @param manager owns the tensor
   * @return [1, channels, height, width], float32
   */
  public static NDArray of(NDManager manager, float[][] channels, int height, int width) {
    return create(
        manager,
        channels.length,
        height,
        width,
        image -> {
          for (int c = 0; c < channels.length; c++) {
            int i = 0;
            for (FloatType x : Views.flatIterable(Views.hyperSlice(image, 2, c))) {
              x.set(channels[c][i++]);
            }
          }
        });
  }

  /**
   * Copies the channels of a tensor into arrays of their own.
   *
   * @param tensor [1, channels, height, width], float32
   * @return an array of height × width for each channel
   */
  public static float[][] channels(NDArray tensor) {
    Shape shape = tensor.getShape();
    return channels(tensor, Math.toIntExact(shape.get(3)), Math.toIntExact(shape.get(2)));
  }

  /** As {@link #channels(NDArray)}, of the upper left part of that size. */
  public static float[][] channels(NDArray tensor, int width, int height) {
    Shape shape = tensor.getShape();
    int row = Math.toIntExact(shape.get(3));
    int plane = Math.toIntExact(shape.get(2) * row);
    FloatBuffer memory = tensor.toByteBuffer(true).asFloatBuffer();
    float[][] channels = new float[Math.toIntExact(shape.get(1))][width * height];
    for (int c = 0; c < channels.length; c++) {
      for (int y = 0; y < height; y++) {
        memory.get(c * plane + y * row, channels[c], y * width, width);
      }
    }
    return channels;
  }

  /**
   * Paints channels in colours.
   *
   * @param tensor [1, channels, height, width], float32
   * @param rows the colour of each channel, then the offset, about −1…1
   * @return a picture of its width and height
   */
  public static ColorProcessor colours(NDArray tensor, double[][] rows) {
    float[][] channels = channels(tensor);
    int width = Math.toIntExact(tensor.getShape().get(3));
    int[] pixels = new int[channels[0].length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          0xff000000
              | colour(channels, rows, i, 0) << 16
              | colour(channels, rows, i, 1) << 8
              | colour(channels, rows, i, 2);
    }
    return new ColorProcessor(width, pixels.length / width, pixels);
  }

  private static int colour(float[][] channels, double[][] rows, int i, int c) {
    double sum = rows[channels.length][c];
    for (int k = 0; k < channels.length; k++) {
      sum += rows[k][c] * channels[k][i];
    }
    return Intensity.toByte((float) sum);
  }
}
