package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * What a U-Net knows of the time: sines and cosines of the timestep (Vaswani et al. 2017) through
 * two linear layers.
 */
final class TimestepEmbedding {

  private static final double MAX_PERIOD = 10000;

  private final Kernels kernels;
  private final Parameters parameters;
  private final int channels;
  private final boolean flipSinToCos;
  private final double freqShift;

  TimestepEmbedding(Weights weights, Config config) throws IOException {
    kernels = weights.kernels();
    parameters =
        weights.parameters("linear_1.weight", "linear_1.bias", "linear_2.weight", "linear_2.bias");
    channels = (int) weights.shape("linear_1.weight")[1];
    flipSinToCos = config.flag("flip_sin_to_cos", true);
    freqShift = config.number("freq_shift", 0);
  }

  /**
   * @param timestep 0 … 999, need not be whole
   * @param manager owns the result
   * @return SiLU of the embedding, {@code [1, d]}, as every block wants it
   */
  NDArray forward(double timestep, NDManager manager) {
    try (NDArray sinusoids = manager.create(sinusoids((float) timestep), new Shape(1, channels))) {
      return kernels.call(manager, "time_embedding", sinusoids, parameters);
    }
  }

  /** In float32 as diffusers computes them: rounding shows at large timesteps. */
  private float[] sinusoids(float timestep) {
    int half = channels / 2;
    float[] embedding = new float[channels];
    for (int i = 0; i < half; i++) {
      float exponent = (float) -Math.log(MAX_PERIOD) * i / (float) (half - freqShift);
      float angle = timestep * (float) Math.exp(exponent);
      embedding[flipSinToCos ? half + i : i] = (float) Math.sin(angle);
      embedding[flipSinToCos ? i : half + i] = (float) Math.cos(angle);
    }
    return embedding;
  }
}
