/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import sc.fiji.latentdiffusion.engine.MallocTrim;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.NetworkFiles;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A variational autoencoder (Kingma and Welling 2013; Rombach et al. 2022, section 3.1). It works
 * within the memory there is: if memory is scarce, other networks are unloaded first. A result that
 * leaves the range of float16 is computed again in float32, each time anew: the result for a
 * picture does not depend on earlier pictures.
 */
public final class AutoencoderKL implements Autoencoder {

  private static final Logger LOG = System.getLogger(AutoencoderKL.class.getName());

  /**
   * Both halves, in one precision.
   *
   * @param encoder from pictures to latents
   * @param decoder from latents to pictures
   */
  public record Halves(LazyNetwork<VaeEncoder> encoder, LazyNetwork<VaeDecoder> decoder) {

    private double bytes(long width, long height) {
      return decoder.outline().config().memory().bytes(width, height);
    }
  }

  private final Loading loading;
  private final LatentSpace space;
  private final Halves halves;
  private final Halves inFloat32;
  private final VaeConfig config;

  private AutoencoderKL(Model files, String component, LatentSpace space, Loading with)
      throws IOException {
    loading = with;
    this.space = space;
    Config settings = files.config(component);
    Precision stored = stored(with.precision(), settings);
    halves = halves(files, component, with, stored);
    boolean narrow = stored == Precision.FLOAT16;
    inFloat32 = narrow ? halves(files, component, with, Precision.FLOAT32) : null;
    config = halves.decoder().outline().config();
  }

  /**
   * Builds a model's autoencoder; its weights are read when they are needed.
   *
   * @param files of the model
   * @param component its name, {@code vae}
   * @param space of its latents
   * @param with device, precision
   * @throws IOException if a tensor is missing or left over, or the config asks for something that
   *     is not supported
   */
  public static AutoencoderKL of(Model files, String component, LatentSpace space, Loading with)
      throws IOException {
    return new AutoencoderKL(files, component, space, with);
  }

  /** Some VAEs leave the range of float16 and say so. */
  private static Precision stored(Precision precision, Config settings) {
    boolean upcast = precision == Precision.FLOAT16 && settings.flag("force_upcast", false);
    return upcast ? Precision.FLOAT32 : precision;
  }

  private static Halves halves(Model files, String component, Loading with, Precision stored)
      throws IOException {
    Config settings = files.config(component);
    NetworkFiles tensors = with.files(files, component, stored);
    return new Halves(
        with.network("VAE's encoder", files, tensors, w -> VaeEncoder.of(w, settings)),
        with.network("VAE's decoder", files, tensors, w -> VaeDecoder.of(w, settings)));
  }

  /** Returns the halves in the model's precision. */
  public Halves halves() {
    return halves;
  }

  /** Returns the halves in float32 for results beyond float16; empty in wider precisions. */
  public Optional<Halves> inFloat32() {
    return Optional.ofNullable(inFloat32);
  }

  @Override
  public LatentSpace space() {
    return space;
  }

  @Override
  public NDArray encode(NDArray picture, NDManager owner) {
    return encode(picture, VaeEncoder::encode, owner);
  }

  @Override
  public NDArray posterior(NDArray picture, NDManager owner) {
    return encode(picture, VaeEncoder::posterior, owner);
  }

  private NDArray encode(
      NDArray picture, BiFunction<VaeEncoder, NDArray, NDArray> work, NDManager owner) {
    long width = picture.getShape().get(3);
    long height = picture.getShape().get(2);
    return finite(
        part -> {
          double bytes = part.bytes(width, height);
          MallocTrim.giveBack(bytes);
          prepare(part.encoder(), bytes);
          return owned(part.encoder(), encoder -> work.apply(encoder, picture), owner);
        });
  }

  @Override
  public NDArray decode(NDArray latents, NDManager owner) {
    long width = config.factor() * latents.getShape().get(3);
    long height = config.factor() * latents.getShape().get(2);
    int batch = Math.toIntExact(latents.getShape().get(0));
    int together = Math.min(batch, config.memory().together(width, height));
    if (together < batch) return inParts(latents, together, owner);
    return finite(
        part -> {
          double work = batch * part.bytes(width, height);
          MallocTrim.giveBack(work);
          prepare(part.decoder(), work);
          return owned(part.decoder(), decoder -> decoder.decode(latents), owner);
        });
  }

  private NDArray inParts(NDArray latents, int together, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      NDList pictures = new NDList();
      int batch = Math.toIntExact(latents.getShape().get(0));
      for (int i = 0; i < batch; i += together) {
        NDArray part = latents.get(new NDIndex("{}:{}", i, Math.min(batch, i + together)));
        part.attach(local);
        pictures.add(decode(part, local));
      }
      NDArray all = NDArrays.concat(pictures);
      all.attach(owner);
      return all;
    }
  }

  private NDArray finite(Function<Halves, NDArray> work) {
    NDArray result = work.apply(halves);
    if (inFloat32 == null || loading.kernels().tensors().isFinite(result)) return result;
    result.close();
    LOG.log(Level.INFO, "The VAE leaves the range of float16 here, and works in float32.");
    return work.apply(inFloat32);
  }

  private void prepare(LazyNetwork<?> half, double work) {
    loading.weights().makeRoom(half, work);
    half.load();
  }

  private static <N> NDArray owned(
      LazyNetwork<N> half, Function<N, NDArray> work, NDManager owner) {
    NDArray result = half.use(work);
    result.attach(owner);
    return result;
  }

  @Override
  public void prepareDecoding(long width, long height) {
    prepare(halves.decoder(), halves.bytes(width, height));
  }

  @Override
  public double bytes() {
    return halves.decoder().bytes();
  }

  @Override
  public double bytes(long width, long height) {
    return halves.bytes(width, height);
  }

  @Override
  public List<String> notes(long width, long height) {
    return config.isTiled(width, height)
        ? List.of(
            "The picture is so large that the VAE works on it in overlapping tiles; colours may"
                + " differ a little from tile to tile.")
        : List.of();
  }
}
