/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.SeenChannels;
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
  public boolean showsAttention() {
    return true;
  }

  @Override
  public Session begin(Conditioning conditioning, NDManager run) {
    return new UNetSession(new Prompted(network, conditioning, run), conditioning.channels());
  }

  /** One of the U-Net's ways to predict. */
  private interface Prediction {

    NDArray of(UNet2DConditionModel unet, NDArray input, KeyValueCache context);
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

    /**
     * @param input of the network, further channels included
     * @param probe looks at the attention layers; null for nobody
     */
    NDArray predicted(NDArray input, AttentionProbe probe, Prediction prediction) {
      return network.use(
          unet -> {
            if (cache == null) cache = unet.context(conditioning, run);
            cache.watch(probe);
            return prediction.of(unet, input, cache);
          });
    }
  }

  /**
   * The predictions of one run, with the channels of an image that is seen. An attention probe sees
   * whole predictions alone.
   */
  private static final class UNetSession implements Session {

    private final Prompted prompted;
    private final SeenChannels channels;
    private final KeptStates states;
    private AttentionProbe probe;

    UNetSession(Prompted prompted, SeenChannels channels) {
      this.prompted = prompted;
      this.channels = channels;
      states = new KeptStates(prompted.run);
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
      return predicted(
          x, probe, (unet, input, context) -> unet.forward(input, timesteps, context, residuals));
    }

    @Override
    public NDArray predictKeeping(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      double timestep = evaluation.timestep();
      return predicted(
          x,
          probe,
          (unet, input, context) ->
              unet.forwardKeeping(input, timestep, context, residuals, states));
    }

    @Override
    public NDArray predictFromKept(NDArray x, Evaluation evaluation) {
      double timestep = evaluation.timestep();
      return predicted(
          x, null, (unet, input, context) -> unet.forwardFrom(input, timestep, context, states));
    }

    private NDArray predicted(NDArray x, AttentionProbe watching, Prediction prediction) {
      return channels.beside(x, whole -> prompted.predicted(whole, watching, prediction));
    }

    @Override
    public void watch(AttentionProbe watching) {
      probe = watching;
    }

    @Override
    public Session of(View view) {
      return new UNetSession(prompted, channels.of(view, prompted.run));
    }
  }
}
