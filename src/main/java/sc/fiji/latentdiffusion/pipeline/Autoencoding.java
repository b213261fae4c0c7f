package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.engine.MallocTrim;
import sc.fiji.latentdiffusion.engine.Memory;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.vae.Vae;
import sc.fiji.latentdiffusion.models.vae.VaeMemory;

/**
 * The ways through a model's VAE, from picture to latents and back, within the memory there is:
 * where that does not hold all, other networks make room. What leaves the range of float16 is done
 * again in float32, each time anew: what a picture becomes does not depend on those before it.
 *
 * @param networks of the model
 * @param memory of the device
 * @param speed takes note of the time
 */
record Autoencoding(LoadedModel networks, Memory memory, Speed speed) {

  private static final Logger LOG = System.getLogger(Autoencoding.class.getName());

  /** As {@link LatentDiffusion#encode}. */
  NDArray encode(NDArray picture, NDManager owner) {
    long width = picture.getShape().get(3);
    long height = picture.getShape().get(2);
    return finite(
        vae -> {
          prepare(vae.encoder(), vae.config().memory(), width, height);
          return owned(vae.encoder(), encoder -> encoder.encode(picture), owner);
        });
  }

  /** As {@link LatentDiffusion#decode}, and takes note of the time. */
  NDArray decode(NDArray latents, NDManager owner) {
    int factor = networks.vae().config().factor();
    long width = factor * latents.getShape().get(3);
    long height = factor * latents.getShape().get(2);
    return finite(
        vae -> {
          prepare(vae.decoder(), vae.config().memory(), width, height);
          long start = System.nanoTime();
          NDArray picture = owned(vae.decoder(), decoder -> decoder.decode(latents), owner);
          networks.kernels().await(picture);
          speed.decoded((System.nanoTime() - start) / 1e9, width * height);
          return picture;
        });
  }

  private NDArray finite(Function<Vae, NDArray> work) {
    NDArray result = work.apply(networks.vae());
    Optional<Vae> wider = networks.vaeInFloat32();
    if (wider.isEmpty() || FiniteCheck.is(result, networks.kernels())) return result;
    result.close();
    LOG.log(Level.INFO, "The VAE leaves the range of float16 here, and works in float32.");
    return work.apply(wider.get());
  }

  private void prepare(LazyNetwork<?> half, VaeMemory vae, long width, long height) {
    memory.require(width, height, vae.bytes(width, height));
    MallocTrim.giveBack(vae.bytes(width, height));
    networks.prepareVae(half, vae.bytes(width, height));
  }

  private static <N> NDArray owned(
      LazyNetwork<N> half, Function<N, NDArray> work, NDManager owner) {
    NDArray result = half.use(work);
    result.attach(owner);
    return result;
  }
}
