/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ij.process.ColorProcessor;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.models.LatentSpace;

/**
 * The linear map from latents to colours: a picture of latents, nearly, without decoding them. The
 * model's family declares it.
 */
public final class LatentColours {

  private final double[][] rows;

  private LatentColours(double[][] rows) {
    this.rows = rows;
  }

  /** Returns the map of a model's latents; empty if none is known. */
  public static Optional<LatentColours> of(LatentSpace latents) {
    return latents.colours().map(LatentColours::new);
  }

  /**
   * Paints latents.
   *
   * @param latents {@code [1, c, height, width]}
   * @return a picture of their width and height
   */
  public ColorProcessor picture(NDArray latents) {
    return Tensors.colours(latents, rows);
  }
}
