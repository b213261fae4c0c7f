package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import sc.fiji.latentdiffusion.models.AutoencoderKL;
import sc.fiji.latentdiffusion.models.Networks;

/**
 * The ways through a model's VAE, from picture to latents and back, within the machine's memory:
 * where it does not hold all, other networks make room.
 */
record Autoencoding(Networks networks, Speed speed) {

  /** As {@link LatentDiffusion#encode}. */
  NDArray encode(NDArray picture, NDManager owner) {
    prepare(picture.getShape().get(3), picture.getShape().get(2));
    return owned(vae -> vae.encode(picture), owner);
  }

  /** As {@link LatentDiffusion#decode}, and takes note of the time. */
  NDArray decode(NDArray latents, NDManager owner) {
    int factor = networks.vae().outline().factor();
    long width = factor * latents.getShape().get(3);
    long height = factor * latents.getShape().get(2);
    prepare(width, height);
    long start = System.nanoTime();
    NDArray picture = owned(vae -> vae.decode(latents), owner);
    speed.decoded((System.nanoTime() - start) / 1e9, width * height);
    return picture;
  }

  private void prepare(long width, long height) {
    Memory.require(width, height, networks.vae().outline().memory());
    networks.prepareVae(width, height);
  }

  private NDArray owned(Function<AutoencoderKL, NDArray> work, NDManager owner) {
    NDArray result = networks.vae().use(work);
    result.attach(owner);
    return result;
  }
}
