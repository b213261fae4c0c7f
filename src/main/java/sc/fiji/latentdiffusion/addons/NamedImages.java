/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The images that entries name, as the model sees them in one run. */
public interface NamedImages {

  /**
   * Returns the title of an image.
   *
   * @param image as {@link Entry#image} names it
   */
  String title(String image);

  /**
   * Returns the pixels of an image.
   *
   * @param image as {@link Entry#image} names it
   * @param owner owns the result
   * @return {@code [1, 3, h, w]}, float32, RGB, 0…1, of the size of the run's picture
   * @throws IllegalArgumentException if the image lacks the slice or frame that the run needs
   */
  NDArray pixels(String image, NDManager owner);
}
