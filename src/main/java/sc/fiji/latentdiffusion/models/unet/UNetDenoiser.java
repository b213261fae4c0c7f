package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

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
    return new UNetSession(new Prompted(network, conditioning, run), conditioning.channels());
  }

  /** The U-Net with the prompts of one run, of which it makes keys and values once. */
  private static final class Prompted {

    private final LazyNetwork<UNet2DConditionModel> network;
    private final Conditioning conditioning;
    private final NDManager run;
    private KeyValueCache cache;

    Prompted(LazyNetwork<UNet2DConditionModel> network, Conditioning conditioning, NDManager run) {
      this.network = network;
      this.conditioning = conditioning;
      this.run = run;
    }

    NDArray output(NDArray x, double[] timesteps, List<Residuals> residuals, AttentionProbe probe) {
      return network.use(
          unet -> {
            if (cache == null) cache = unet.context(conditioning, run);
            cache.watch(probe);
            return unet.forward(x, timesteps, cache, residuals);
          });
    }
  }

  /** The predictions of one run; further channels, or null, are the same for all its samples. */
  private static final class UNetSession implements Session {

    private final Prompted prompted;
    private final NDArray channels;
    private AttentionProbe probe;

    UNetSession(Prompted prompted, NDArray channels) {
      this.prompted = prompted;
      this.channels = channels;
    }

    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      return predict(x, new double[] {evaluation.timestep()}, residuals);
    }

    @Override
    public NDArray predict(NDArray x, double[] timesteps) {
      return predict(x, timesteps, List.of());
    }

    private NDArray predict(NDArray x, double[] timesteps, List<Residuals> residuals) {
      if (channels == null) return prompted.output(x, timesteps, residuals, probe);
      Shape one = channels.getShape();
      Shape all = new Shape(x.getShape().get(0), one.get(1), one.get(2), one.get(3));
      try (NDArray repeated = channels.broadcast(all);
          NDArray whole = x.concat(repeated, 1)) {
        return prompted.output(whole, timesteps, residuals, probe);
      }
    }

    @Override
    public void watch(AttentionProbe watching) {
      probe = watching;
    }

    @Override
    public Session of(View view) {
      NDArray seen = channels == null ? null : view.of(channels, prompted.run);
      return new UNetSession(prompted, seen);
    }
  }
}
