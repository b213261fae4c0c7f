/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Intervals;
import net.imglib2.view.Views;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;

/**
 * What was read of an image.
 *
 * @param values [x, y, channel] of the region that the model sees
 * @param picture of the same values, into which results go
 * @param dimensions of the image, 2 or 3
 */
record ReadImage(Img<FloatType> values, Picture picture, int dimensions) {

  /** Returns a copy of a region inside, of the dimensions of the image. */
  Img<FloatType> region(Region part) {
    int x = part.x() - picture.region().x();
    int y = part.y() - picture.region().y();
    RandomAccessibleInterval<FloatType> inside =
        Views.interval(
            values,
            Intervals.createMinSize(x, y, 0, part.width(), part.height(), values.dimension(2)));
    return IntervalCheck.copy(dimensions == 3 ? inside : Views.hyperSlice(inside, 2, 0));
  }
}
