/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Sight;

/**
 * A depth image, of which near and far are told apart in the latents' size; as diffusers'
 * StableDiffusionDepth2ImgPipeline. Strength and surroundings are those of models that see nothing.
 */
public record DepthMap() implements Sight {

  @Override
  public String label() {
    return "a model that sees a depth image";
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public NDArray channels(Shown shown, Viewer viewer, NDManager owner) {
    NDArray depth = shown.depth().orElseThrow();
    try (NDArray least = depth.min();
        NDArray most = depth.max()) {
      float near = least.toFloatArray()[0];
      if (!(near < most.toFloatArray()[0])) {
        throw new IllegalArgumentException(
            "depth must be an image of several values, which tell near and far apart, but all of"
                + " its region have the value "
                + near
                + ". Choose another image, or another region.");
      }
    }
    int height = Math.toIntExact(viewer.latents().get(2));
    int width = Math.toIntExact(viewer.latents().get(3));
    return new SeeingKernels(viewer.kernels()).depth(owner, depth, height, width);
  }

  @Override
  public boolean takesDepth() {
    return true;
  }

  @Override
  public boolean startsFromNoise() {
    return false;
  }

  @Override
  public Surroundings surroundings() {
    return Surroundings.PUT_BACK;
  }
}
