/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.models.LoadedModel;

/**
 * The latents of crops, each encoded once and by itself, so that its bits do not depend on those
 * beside it.
 */
final class LatentCrops {

  private record Turned(Crops.Crop crop, int turned) {}

  private final LoadedModel model;
  private final int size;
  private final Map<Turned, float[]> kept = new HashMap<>();

  LatentCrops(LoadedModel model, int size) {
    this.model = model;
    this.size = size;
  }

  /** Returns the shape of one crop's latents, {@code [1, c, h, w]}. */
  Shape shape() {
    int factor = model.declaration().latents().factor();
    return new Shape(1, model.declaration().latents().channels(), size / factor, size / factor);
  }

  /**
   * Returns the posteriors of a batch.
   *
   * @param crops one for each batch entry
   * @param turned 0 … 7, of each
   * @param owner of the result
   * @return means, then deviations, {@code [b, 2 c, h, w]}
   */
  NDArray posteriors(List<Crops.Crop> crops, int[] turned, NDManager owner) {
    int one = 2 * Math.toIntExact(shape().size());
    float[] all = new float[crops.size() * one];
    for (int i = 0; i < crops.size(); i++) {
      Turned asked = new Turned(crops.get(i), turned[i]);
      System.arraycopy(kept.computeIfAbsent(asked, this::encoded), 0, all, i * one, one);
    }
    Shape shape = shape();
    return owner.create(all, new Shape(crops.size(), 2 * shape.get(1), shape.get(2), shape.get(3)));
  }

  private float[] encoded(Turned asked) {
    try (NDManager local = model.manager().newSubManager()) {
      float[] pixels = asked.crop().pixels(size, asked.turned());
      NDArray picture = local.create(pixels, new Shape(1, 3, size, size));
      return model.autoencoder().posterior(picture, local).toFloatArray();
    }
  }
}
