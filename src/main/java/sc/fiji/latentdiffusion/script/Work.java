/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.real.FloatType;
import sc.fiji.latentdiffusion.images.fitting.Repainting;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;

/** Where a run of a loaded model starts from, and what becomes of its result. */
interface Work {

  /**
   * Returns the start.
   *
   * @param memory owns its tensors
   */
  Start start(NDManager memory);

  /**
   * Returns the result.
   *
   * @param run after its last evaluation
   * @param memory owns tensors
   */
  Img<FloatType> result(Run run, NDManager memory);

  /**
   * From noise to a picture.
   *
   * @param model that runs
   */
  record Drawing(LatentDiffusion model) implements Work {

    @Override
    public Start start(NDManager memory) {
      return new Start.FromNoise();
    }

    @Override
    public Img<FloatType> result(Run run, NDManager memory) {
      return Pictures.of(run.picture(), model.declaration().latents());
    }
  }

  /**
   * From latents to latents.
   *
   * @param latents [x, y, channel]
   * @param range of the steps
   */
  record Denoising(Img<FloatType> latents, StepRange range) implements Work {

    @Override
    public Start start(NDManager memory) {
      return new Start.FromLatents(Pictures.tensor(latents, memory), range, Optional.empty());
    }

    @Override
    public Img<FloatType> result(Run run, NDManager memory) {
      return IntervalCheck.copy(Tensors.image(run.latents()));
    }
  }

  /**
   * From a region of an image back into it.
   *
   * @param image that was read
   * @param region that is the result
   * @param repainting of the selection
   */
  record Painting(ReadImage image, Region region, Repainting repainting) implements Work {

    @Override
    public Start start(NDManager memory) {
      return new Start.FromPicture(repainting.seen(memory), repainting.mask(memory));
    }

    @Override
    public Img<FloatType> result(Run run, NDManager memory) {
      if (run.size() > 0) {
        long seed = run.request().seed();
        repainting.replace(run.picture(), () -> repainting.reconstructed(memory), seed, memory);
      }
      return image.region(region);
    }
  }
}
