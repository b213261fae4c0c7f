package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * The variational autoencoder between pictures and latents (Kingma and Welling 2013; Rombach et al.
 * 2022, section 3.1).
 */
public final class AutoencoderKL {

  private static final List<String> SUPPORTED_BLOCKS =
      List.of(
          "DownEncoderBlock2D",
          "AttnDownEncoderBlock2D",
          "UpDecoderBlock2D",
          "AttnUpDecoderBlock2D");

  /** The overlap of tiles, in pixels of the latents. */
  private static final int OVERLAP = 24;

  private final Kernels kernels;
  private final List<Layer> encoder;
  private final List<Layer> decoder;
  private final double scalingFactor;
  private final int latentChannels;
  private final int factor;
  private final VaeMemory memory;

  private AutoencoderKL(Weights weights, Config config) throws IOException {
    check(config);
    kernels = weights.kernels();
    encoder = new ArrayList<>(VaeBlocks.encoder(weights.at("encoder"), config));
    if (weights.has("quant_conv")) {
      encoder.add(Conv2D.pointwise(weights.at("quant_conv")));
    }
    decoder = new ArrayList<>();
    if (weights.has("post_quant_conv")) {
      decoder.add(Conv2D.pointwise(weights.at("post_quant_conv")));
    }
    decoder.addAll(VaeBlocks.decoder(weights.at("decoder"), config));
    scalingFactor = config.number("scaling_factor", 0.18215);
    latentChannels = (int) weights.shape("decoder.conv_in.weight")[1];
    memory = VaeMemory.of(weights);
    factor = memory.factor();
  }

  private static void check(Config config) throws IOException {
    for (String key : List.of("down_block_types", "up_block_types")) {
      for (String type : config.texts(key)) {
        refuse(key, type, !SUPPORTED_BLOCKS.contains(type));
      }
    }
    String act = config.text("act_fn", "silu");
    refuse("act_fn", act, !List.of("silu", "swish").contains(act));
    for (String key : List.of("latents_mean", "latents_std")) {
      refuse(key, config.toMap().get(key), config.has(key));
    }
    refuse("shift_factor", config.number("shift_factor", 0), config.number("shift_factor", 0) != 0);
  }

  private static void refuse(String key, Object value, boolean refused) throws IOException {
    ConfigCheck.refuse(refused, "The VAE", key, value);
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors
   * @param config its {@code config.json}
   * @return the network
   * @throws IOException if a tensor is missing or left over, or the config asks for what is not
   *     supported
   */
  public static AutoencoderKL of(Weights weights, Config config) throws IOException {
    AutoencoderKL vae = new AutoencoderKL(weights, config);
    weights.requireAllRead("The VAE");
    return vae;
  }

  /** Returns the number of channels of a latent. */
  public int latentChannels() {
    return latentChannels;
  }

  /** Returns how many pixels of the picture's width one of the latents' covers, for example 8. */
  public int factor() {
    return factor;
  }

  /** Returns what the encoder's mean is multiplied with to give latents of unit variance. */
  public double scalingFactor() {
    return scalingFactor;
  }

  /** Returns how much memory encoding and decoding take. */
  public VaeMemory memory() {
    return memory;
  }

  /** Returns whether a picture is encoded and decoded in tiles that overlap. */
  public boolean isTiled(long width, long height) {
    return memory.isTiled(width, height);
  }

  /**
   * Encodes a picture to the posterior's mean.
   *
   * @param picture {@code [b, 3, h, w]}, float32, −1…1; h and w multiples of {@link #factor}
   * @return scaled latents, {@code [b, c, h/f, w/f]}, float32, of the picture's manager
   */
  public NDArray encode(NDArray picture) {
    if (!isTiled(picture.getShape().get(3), picture.getShape().get(2))) return encodeWhole(picture);
    Tiles tiles = new Tiles(VaeMemory.TILE * factor, OVERLAP * factor, 1.0 / factor);
    return tiles.run(picture, this::encodeWhole, picture.getManager());
  }

  private NDArray encodeWhole(NDArray picture) {
    try (NDManager manager = picture.getManager().newSubManager()) {
      NDArray moments = VaeBlocks.run(encoder, kernels.call(manager, "cast", picture, 6));
      NDArray latents =
          kernels.call(manager, "scaled_mean", moments, latentChannels, scalingFactor);
      latents.attach(picture.getManager());
      return latents;
    }
  }

  /**
   * Decodes latents to a picture.
   *
   * @param latents scaled, {@code [b, c, h, w]}, float32
   * @return {@code [b, 3, f·h, f·w]}, float32, about −1…1, not clamped, of the latents' manager
   */
  public NDArray decode(NDArray latents) {
    long width = factor * latents.getShape().get(3);
    if (!isTiled(width, factor * latents.getShape().get(2))) return decodeWhole(latents);
    return tiled(latents, VaeMemory.TILE, OVERLAP);
  }

  /** Decodes in tiles of a size in pixels of the latents. */
  NDArray tiled(NDArray latents, int size, int overlap) {
    Tiles tiles = new Tiles(size, overlap, factor);
    return tiles.run(latents, this::decodeWhole, latents.getManager());
  }

  private NDArray decodeWhole(NDArray latents) {
    try (NDManager manager = latents.getManager().newSubManager()) {
      NDArray unscaled = kernels.call(manager, "unscale", latents, scalingFactor);
      NDArray picture = Layer.then(unscaled, x -> VaeBlocks.run(decoder, x));
      picture.attach(latents.getManager());
      return picture;
    }
  }
}
