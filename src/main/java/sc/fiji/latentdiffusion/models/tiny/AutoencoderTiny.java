/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.tiny;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.engine.MallocTrim;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.NetworkFiles;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A small autoencoder in place of a model's own (diffusers' {@code AutoencoderTiny}: TAESD, Ollin
 * Boer Bohan 2023), whose latents are those of the model as they are. It encodes to latents, not to
 * a distribution.
 */
public final class AutoencoderTiny implements Autoencoder {

  /** The name of the whole in messages. */
  static final String NAME = "The small autoencoder";

  private static final Pattern LAYER = Pattern.compile("decoder\\.layers\\.(\\d{1,3})\\..+");

  /** The arrays that are in memory at once at full size: input, output, and between them. */
  private static final double ARRAYS = 4;

  /** The bytes a pixel of the picture and its copies. */
  private static final double PICTURE_BYTES = 40;

  private final LatentSpace space;
  private final Loading loading;
  private final LazyNetwork<EncoderTiny> encoder;
  private final LazyNetwork<DecoderTiny> decoder;
  private final double bytesPerPixel;

  private AutoencoderTiny(Model files, String component, LatentSpace space, Loading with)
      throws IOException {
    this.space = space;
    loading = with;
    NetworkFiles tensors = with.files(files, component, with.precision());
    encoder = with.network("VAE's encoder", files, tensors, EncoderTiny::ofWhole);
    decoder = with.network("VAE's decoder", files, tensors, DecoderTiny::ofWhole);
    int encoded = encoder.outline().latentChannels();
    if (encoded != space.channels()) {
      throw new IOException(
          NAME
              + " of "
              + files.path()
              + " makes latents of "
              + encoded
              + " channels and decodes "
              + space.channels()
              + ": its halves belong to different models.");
    }
    bytesPerPixel = bytesPerPixel(files.tensors(component), with.precision().dtype().bytes());
  }

  /**
   * Builds a model's autoencoder; its weights are read when they are needed.
   *
   * @param files of the model
   * @param component its name, {@code vae}
   * @param space of its latents
   * @param with device, precision
   * @throws IOException if a tensor is missing or left over
   */
  public static AutoencoderTiny of(Model files, String component, LatentSpace space, Loading with)
      throws IOException {
    return new AutoencoderTiny(files, component, space, with);
  }

  /**
   * Checks the settings alone.
   *
   * @param config its {@code config.json}
   * @throws IOException if they ask for something that is not supported
   */
  public static void check(Config config) throws IOException {
    if (isPlain(config)) return;
    throw new IOException(
        config
            + " is of an AutoencoderTiny of other settings; expected one with ReLU, upsampled by 2"
            + " to the nearest, a scaling factor of 1 and no shift. Take TAESD's.");
  }

  static boolean isPlain(Config config) {
    return config.text("act_fn", "relu").equals("relu")
        && config.text("upsample_fn", "nearest").equals("nearest")
        && config.integer("upsampling_scaling_factor", 2) == 2
        && config.number("scaling_factor", 1) == 1
        && config.number("shift_factor", 0) == 0;
  }

  /**
   * Describes its latents.
   *
   * @param tensors its own, by diffusers' names
   * @param colours of the latents of the model that it belongs to
   * @param tinyDecoder name of the small decoder of the model's family; empty for none
   * @throws IOException if they are no such autoencoder's
   */
  public static LatentSpace latents(
      Map<String, StoredTensor> tensors, Optional<double[][]> colours, Optional<String> tinyDecoder)
      throws IOException {
    TreeSet<Integer> layers = new TreeSet<>();
    for (String name : tensors.keySet()) {
      Matcher layer = LAYER.matcher(name);
      if (layer.matches()) layers.add(Integer.parseInt(layer.group(1)));
    }
    StoredTensor first = tensors.get("decoder.layers.0.weight");
    if (first == null || first.shape().length != 4 || layers.size() < 2) {
      throw new IOException(
          NAME + " has no tensor decoder.layers.0.weight [n, latent channels, 3, 3].");
    }
    int levels = layers.last() - layers.size(); // layers without tensors, less the first ReLU
    int channels = (int) first.shape()[1];
    return new LatentSpace(channels, 1 << levels, 1, 0, colours, tinyDecoder);
  }

  /**
   * Estimates the memory of encoding or decoding.
   *
   * @param tensors its own, by diffusers' names
   * @param elementBytes of the numbers that it computes with
   * @return bytes for each pixel of the picture
   */
  public static double bytesPerPixel(Map<String, StoredTensor> tensors, int elementBytes) {
    long widest =
        tensors.values().stream()
            .filter(tensor -> tensor.shape().length == 4)
            .mapToLong(tensor -> tensor.shape()[0])
            .max()
            .orElse(0);
    return ARRAYS * widest * elementBytes + PICTURE_BYTES;
  }

  @Override
  public LatentSpace space() {
    return space;
  }

  @Override
  public NDArray encode(NDArray picture, NDManager owner) {
    prepare(encoder, bytes(picture.getShape().get(3), picture.getShape().get(2)));
    return encoder.use(network -> network.encode(picture, owner));
  }

  @Override
  public NDArray decode(NDArray latents, NDManager owner) {
    long width = space.factor() * latents.getShape().get(3);
    long height = space.factor() * latents.getShape().get(2);
    prepare(decoder, latents.getShape().get(0) * bytes(width, height));
    return decoder.use(network -> network.decode(latents, owner));
  }

  private void prepare(LazyNetwork<?> half, double work) {
    MallocTrim.giveBack(work);
    loading.weights().makeRoom(half, work);
    half.load();
  }

  @Override
  public void prepareDecoding(long width, long height) {
    prepare(decoder, bytes(width, height));
  }

  @Override
  public double bytes() {
    return decoder.bytes();
  }

  @Override
  public double bytes(long width, long height) {
    return bytesPerPixel * width * height;
  }
}
