/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.BiFunction;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.SeenChannels;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.models.unet.KeptStates;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

/**
 * A U-Net without prompts as a denoiser.
 *
 * @param network whose weights are read at the first prediction
 */
record UNet2DDenoiser(LazyNetwork<UNet2DModel> network) implements Denoiser {

  @Override
  public Takes takes() {
    return Takes.oneOf(network.outline().classes());
  }

  @Override
  public double bytes() {
    return network.bytes();
  }

  @Override
  public Session begin(Conditioning conditioning, NDManager run) {
    return new UNet2DSession(
        network, conditioning.label(), conditioning.channels(), run, new KeptStates(run));
  }

  /** The predictions of one run, with the channels of an image that is seen. */
  private record UNet2DSession(
      LazyNetwork<UNet2DModel> network,
      int label,
      SeenChannels channels,
      NDManager run,
      KeptStates states)
      implements Session {

    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      double timestep = evaluation.timestep();
      return predicted(x, (unet, whole) -> unet.forward(whole, timestep, label));
    }

    @Override
    public NDArray predictKeeping(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      double timestep = evaluation.timestep();
      return predicted(x, (unet, whole) -> unet.forwardKeeping(whole, timestep, label, states));
    }

    @Override
    public NDArray predictFromKept(NDArray x, Evaluation evaluation) {
      double timestep = evaluation.timestep();
      return predicted(x, (unet, whole) -> unet.forwardFrom(whole, timestep, label, states));
    }

    private NDArray predicted(NDArray x, BiFunction<UNet2DModel, NDArray, NDArray> prediction) {
      return channels.beside(x, whole -> network.use(unet -> prediction.apply(unet, whole)));
    }

    @Override
    public Session of(View view) {
      return new UNet2DSession(network, label, channels.of(view, run), run, new KeptStates(run));
    }
  }
}
