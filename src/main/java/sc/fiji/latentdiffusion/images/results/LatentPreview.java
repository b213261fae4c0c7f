/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ij.process.ColorProcessor;
import sc.fiji.latentdiffusion.images.pixels.ModelView;

/**
 * The preview of latents, in the size of the region that the model sees.
 *
 * @param view the region
 * @param latents [1, channels, height, width], float32
 */
public record LatentPreview(ModelView view, NDArray latents) implements Preview {

  @Override
  public ColorProcessor picture(PreviewKind kind) {
    return kind.picture(view, latents);
  }
}
