package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * A U-Net as a denoiser.
 *
 * @param network whose weights are read at the first prediction
 * @param takes its inputs beside latents and timestep
 */
public record UNetDenoiser(LazyNetwork<UNet2DConditionModel> network, Takes takes)
    implements Denoiser {

  @Override
  public double bytes() {
    return network.bytes();
  }

  @Override
  public Session begin(Conditioning conditioning, NDManager run) {
    return new UNetSession(network, conditioning, run);
  }

  /** The predictions of one run, which share the keys and values of the prompts. */
  private static final class UNetSession implements Session {

    private final LazyNetwork<UNet2DConditionModel> network;
    private final Conditioning conditioning;
    private final NDManager run;
    private KeyValueCache cache;
    private NDArray channels;

    UNetSession(
        LazyNetwork<UNet2DConditionModel> network, Conditioning conditioning, NDManager run) {
      this.network = network;
      this.conditioning = conditioning;
      this.run = run;
    }

    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      if (conditioning.channels() == null) return output(x, evaluation, residuals);
      try (NDArray whole = x.concat(channels(x.getShape().get(0)), 1)) {
        return output(whole, evaluation, residuals);
      }
    }

    private NDArray output(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      return network.use(
          unet -> {
            if (cache == null) cache = unet.context(conditioning, run);
            return unet.forward(x, evaluation.timestep(), cache, residuals);
          });
    }

    /** The further channels, once for each sample of the batch. */
    private NDArray channels(long batch) {
      if (channels == null) {
        NDList copies = new NDList();
        for (long i = 0; i < batch; i += conditioning.channels().getShape().get(0)) {
          copies.add(conditioning.channels());
        }
        channels = copies.size() == 1 ? copies.get(0) : NDArrays.concat(copies);
      }
      return channels;
    }
  }
}
