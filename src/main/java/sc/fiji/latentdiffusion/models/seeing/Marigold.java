/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * A picture whose depth or surface normals are drawn (Ke et al. 2023, arXiv:2312.02145): its scaled
 * latents stand before the sample's; as diffusers' MarigoldDepthPipeline and
 * MarigoldNormalsPipeline.
 *
 * @param channels of a latent
 * @param areNormals whether normals are drawn instead of depth
 * @param isHalf whether z of normals is only positive, and its −1…1 stands for 0…1
 */
public record Marigold(int channels, boolean areNormals, boolean isHalf) implements Sight {

  private static final Values DEPTH = new Values(0, 1, true);

  private static final Values NORMALS = new Values(-1, 1, false);

  @Override
  public String label() {
    return "a Marigold model";
  }

  @Override
  public NDArray channels(Shown shown, Viewer viewer, NDManager owner) {
    return viewer.encode(shown.picture(), owner);
  }

  @Override
  public boolean areFirst() {
    return true;
  }

  @Override
  public boolean takesPrompts() {
    return false;
  }

  @Override
  public Autoencoder decoding(Autoencoder pictures, Kernels kernels) {
    return areNormals
        ? MarigoldAutoencoder.normals(pictures, kernels, isHalf)
        : MarigoldAutoencoder.depth(pictures, kernels);
  }

  @Override
  public Optional<Values> values() {
    return Optional.of(areNormals ? NORMALS : DEPTH);
  }
}
