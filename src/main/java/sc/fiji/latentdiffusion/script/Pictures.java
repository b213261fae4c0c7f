/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Intervals;
import net.imglib2.view.Views;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.models.LatentSpace;

/** Pictures and latents of models as images, and back. */
final class Pictures {

  private Pictures() {}

  /**
   * Copies a decoded picture.
   *
   * @param decoded {@code [1, channels, h, w]}, float32, about −1…1
   * @param latents of the model; of a grey picture one channel is copied
   * @return [x, y, channel], 0 black … 255 white
   */
  static Img<FloatType> of(NDArray decoded, LatentSpace latents) {
    RandomAccessibleInterval<FloatType> all = Tensors.image(decoded);
    long channels = latents.isGrey() ? 1 : all.dimension(2);
    Img<FloatType> copy =
        IntervalCheck.copy(
            Views.interval(
                all,
                Intervals.createMinSize(0, 0, 0, all.dimension(0), all.dimension(1), channels)));
    copy.forEach(x -> x.setReal(Intensity.RGB.toValue(x.get())));
    return copy;
  }

  /**
   * Copies latents.
   *
   * @param latents [x, y, channel]
   * @param owner of the result
   * @return {@code [1, channels, h, w]}, float32
   */
  static NDArray tensor(Img<FloatType> latents, NDManager owner) {
    return Tensors.create(
        owner,
        Math.toIntExact(latents.dimension(2)),
        Math.toIntExact(latents.dimension(1)),
        Math.toIntExact(latents.dimension(0)),
        image -> LoopBuilder.setImages(latents, image).forEachPixel((x, copy) -> copy.set(x)));
  }
}
