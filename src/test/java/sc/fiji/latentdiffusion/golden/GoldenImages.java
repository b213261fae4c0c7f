/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.NamedImages;

/** Images by their names, without any resampling. */
record GoldenImages(Map<String, NDArray> byName) implements NamedImages {

  /** No image. */
  static final GoldenImages NONE = new GoldenImages(Map.of());

  @Override
  public String title(String image) {
    return image;
  }

  @Override
  public NDArray pixels(String image, NDManager owner) {
    return byName.get(image);
  }
}
