/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.guidance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.Kernels;

/** Joins both halves of the predictions of one run. Not for use by several threads. */
public final class GuidanceJoin {

  private final GuidanceKernels kernels;
  private final GuidanceSteps steps;
  private final NDManager run;
  private NDArray difference;

  /**
   * @param steps of the run
   * @param run owns what lasts as long as the run
   */
  public GuidanceJoin(Kernels kernels, GuidanceSteps steps, NDManager run) {
    this.kernels = new GuidanceKernels(kernels);
    this.steps = steps;
    this.run = run;
  }

  /**
   * Joins both halves of a prediction.
   *
   * @param owner of the result
   * @param both {@code [2 b, c, h, w]}, float32: without the prompt, then with it
   * @param step of the run, from 0; a guided one
   * @return {@code [b, c, h, w]}, float32
   */
  public NDArray join(NDManager owner, NDArray both, int step) {
    if (steps.isZero(step)) return zeros(owner, both);
    NDArray joined = joined(owner, both, steps.scale(step));
    double rescale = steps.options().rescale();
    return rescale == 0 ? joined : kernels.rescaled(joined, both, rescale);
  }

  /**
   * Joins the parts of a prediction that is guided by an image, too.
   *
   * @param owner of the result
   * @param blind without prompt and image, {@code [b, c, h, w]}, float32
   * @param both {@code [2 b, c, h, w]}, float32: with the image alone, then with the prompt, too
   * @param step of the run, from 0; a guided one
   * @return {@code [b, c, h, w]}, float32
   */
  public NDArray join(NDManager owner, NDArray blind, NDArray both, int step) {
    GuidanceOptions options = steps.options();
    NDArray joined = kernels.guideByImage(owner, blind, both, steps.scale(step), options.image());
    return options.rescale() == 0 ? joined : kernels.rescaled(joined, both, options.rescale());
  }

  /**
   * Returns the prediction of a step with one half.
   *
   * @param alone the prediction with the prompt, {@code [b, c, h, w]}, float32
   * @param step of the run, from 0
   * @return the same array, or zeros in its manager
   */
  public NDArray alone(NDArray alone, int step) {
    return steps.isZero(step) ? alone.zerosLike() : alone;
  }

  private static NDArray zeros(NDManager owner, NDArray both) {
    try (NDArray half = both.get(":{}", both.getShape().get(0) / 2)) {
      NDArray zeros = half.zerosLike();
      zeros.attach(owner);
      return zeros;
    }
  }

  private NDArray joined(NDManager owner, NDArray both, double scale) {
    if (steps.options().guide() instanceof Guide.ZeroStar) {
      return kernels.zeroStar(owner, both, scale);
    }
    if (steps.options().guide() instanceof Guide.Projected projected) {
      keepDifference(both, projected.momentum());
      return kernels.projected(
          owner, both, difference, scale, projected.threshold(), projected.parallel());
    }
    return kernels.guide(owner, both, scale);
  }

  private void keepDifference(NDArray both, double momentum) {
    NDArray before = difference == null ? zeros(run, both) : difference;
    difference = kernels.difference(run, both, before, momentum);
    before.close();
  }
}
