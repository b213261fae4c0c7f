package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Takes;

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
    return (x, evaluation, residuals) ->
        network.use(unet -> unet.forward(x, evaluation.timestep(), conditioning.label()));
  }
}
