/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.probes;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.random.Noise;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/** One output of a model's denoiser, of the noise of seed 0 in the model's size, half-way. */
public final class NetworkSample {

  private NetworkSample() {}

  /**
   * Evaluates the denoiser once.
   *
   * @return its output, {@code [c, h, w]}
   * @throws IllegalStateException if it holds numbers that are not finite
   */
  public static float[] output(LatentDiffusion model) {
    try (NDManager memory = model.manager().newSubManager()) {
      Request request = Request.defaults().withNativeSize(model.declaration().size());
      int height = request.height() / model.factor();
      int width = request.width() / model.factor();
      Shape shape = new Shape(1, model.latentChannels(), height, width);
      PromptedDenoiser denoiser =
          new PromptedDenoiser(
              model, request, request.prompting().of(Prompting.EXAMPLE), shape, memory);
      float[] noise = Noise.of(0).randn(Math.toIntExact(shape.size()));
      return denoiser.output(noise, halfWay(model.noiseSchedule()));
    }
  }

  private static Evaluation halfWay(NoiseSchedule schedule) {
    int index = schedule.trainSteps() / 2;
    NoiseLevel level = schedule.level(index);
    return Evaluation.of(0, 0, schedule.time(index), level, schedule, schedule.noise(level));
  }

  /** Returns how many numbers of two outputs differ in a bit. */
  public static int differing(float[] a, float[] b) {
    int count = Math.abs(a.length - b.length);
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) count++;
    }
    return count;
  }

  /** Returns the root of the mean square of a difference, over that of the second output. */
  public static double distance(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      size += (double) b[i] * b[i];
    }
    return Math.sqrt(difference / size);
  }
}
