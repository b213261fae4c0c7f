package sc.fiji.latentdiffusion.models.tiny;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.TensorKernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * The decoder of diffusers' {@code AutoencoderTiny}, a small network whose pictures come near the
 * VAE's (TAESD, Ollin Boer Bohan 2023). A layer without tensors enlarges its input.
 */
public final class AutoencoderTiny {

  private static final long COLOURS = 3;

  private final TensorKernels tensors;
  private final TinyKernels kernels;
  private final List<Layer> layers = new ArrayList<>();
  private final int latentChannels;
  private final int factor;

  private AutoencoderTiny(Weights weights) throws IOException {
    tensors = weights.kernels().tensors();
    kernels = new TinyKernels(weights.kernels());
    latentChannels = (int) LayerShapes.in(weights, "layers.0");
    requireShapes(weights, latentChannels);
    add(kernels::begin, weights.at("layers.0").parameters("weight", "bias"));
    int last = last(weights);
    int levels = 0;
    for (int i = 2; i < last; i++) { // 1 is the first one's ReLU
      Weights layer = weights.at("layers." + i);
      boolean there = weights.has("layers." + i);
      if (there && layer.has("conv")) addBlock(layer);
      else if (there) add(kernels::up, layer.parameters("weight"));
      else levels++;
    }
    add(kernels::end, weights.at("layers." + last).parameters("weight", "bias"));
    factor = 1 << levels;
  }

  /** A layer gives the channels that the next one takes; the last gives 3. */
  private static void requireShapes(Weights weights, long latentChannels) throws IOException {
    long channels = latentChannels;
    int last = last(weights);
    for (int i = 0; i <= last; i++) {
      String layer = "layers." + i;
      if (!weights.has(layer)) continue;
      boolean block = weights.has(layer + ".conv");
      long out = i == last ? COLOURS : LayerShapes.out(weights, block ? layer + ".conv.4" : layer);
      if (block) {
        requireBlock(weights.at(layer), out, channels);
      } else {
        LayerShapes.requireConv(weights, layer, out, channels, 3);
      }
      channels = out;
    }
  }

  private static void requireBlock(Weights block, long out, long in) throws IOException {
    LayerShapes.requireConv(block, "conv.0", out, in, 3);
    LayerShapes.requireConv(block, "conv.2", out, out, 3);
    LayerShapes.requireConv(block, "conv.4", out, out, 3);
    if (in != out || block.has("skip")) LayerShapes.requireConv(block, "skip", out, in, 1);
  }

  private static int last(Weights weights) throws IOException {
    for (int i = 255; i > 2; i--) {
      if (weights.has("layers." + i)) return i;
    }
    throw new IOException("The small decoder has no layers beyond its first: it is incomplete.");
  }

  private void add(BiFunction<NDArray, Parameters, NDArray> kernel, Parameters parameters) {
    layers.add(x -> kernel.apply(x, parameters));
  }

  private void addBlock(Weights block) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 6; i += 2) {
      names.addAll(List.of("conv." + i + ".weight", "conv." + i + ".bias"));
    }
    if (block.has("skip")) names.add("skip.weight");
    Parameters parameters = block.parameters(names.toArray(String[]::new));
    layers.add(x -> kernels.block(x, parameters));
  }

  /**
   * Builds the network.
   *
   * @param weights the decoder's tensors by diffusers' names, {@code layers.0.weight}
   * @return the network
   * @throws IOException if a tensor is missing or left over
   */
  public static AutoencoderTiny of(Weights weights) throws IOException {
    AutoencoderTiny decoder = new AutoencoderTiny(weights);
    weights.requireAllRead("The small decoder");
    return decoder;
  }

  /** Returns the number of channels of a latent. */
  public int latentChannels() {
    return latentChannels;
  }

  /** Returns how many pixels of the picture are as wide as one of the latents, for example 8. */
  public int factor() {
    return factor;
  }

  /**
   * Decodes latents to a picture.
   *
   * @param latents scaled, {@code [1, c, h, w]}, float32
   * @param owner owns the result
   * @return {@code [1, 3, f·h, f·w]}, float32, about −1…1, not clamped
   */
  public NDArray decode(NDArray latents, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      NDArray h = tensors.copy(local, latents);
      for (Layer layer : layers) h = Layer.then(h, layer);
      h.attach(owner);
      return h;
    }
  }
}
