package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import sc.fiji.latentdiffusion.models.Networks;
import sc.fiji.latentdiffusion.models.ReleasableNetwork;
import sc.fiji.latentdiffusion.nn.FreedMemory;

/**
 * The ways through a model's VAE, from picture to latents and back, within the machine's memory:
 * where it does not hold all, other networks make room.
 */
record Autoencoding(Networks networks, Speed speed) {

  /** As {@link LatentDiffusion#encode}. */
  NDArray encode(NDArray picture, NDManager owner) {
    prepare(networks.vaeEncoder(), picture.getShape().get(3), picture.getShape().get(2));
    return owned(networks.vaeEncoder(), encoder -> encoder.encode(picture), owner);
  }

  /** As {@link LatentDiffusion#decode}, and takes note of the time. */
  NDArray decode(NDArray latents, NDManager owner) {
    int factor = networks.vae().factor();
    long width = factor * latents.getShape().get(3);
    long height = factor * latents.getShape().get(2);
    prepare(networks.vaeDecoder(), width, height);
    long start = System.nanoTime();
    NDArray picture = owned(networks.vaeDecoder(), decoder -> decoder.decode(latents), owner);
    speed.decoded((System.nanoTime() - start) / 1e9, width * height);
    return picture;
  }

  private void prepare(ReleasableNetwork<?> half, long width, long height) {
    Memory.require(width, height, networks.vae().memory());
    FreedMemory.giveBack(networks.vae().memory().bytes(width, height));
    networks.prepareVae(half, width, height);
  }

  private static <N> NDArray owned(
      ReleasableNetwork<N> half, Function<N, NDArray> work, NDManager owner) {
    NDArray result = half.use(work);
    result.attach(owner);
    return result;
  }
}
