/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.unet.DownPath;
import sc.fiji.latentdiffusion.models.unet.KeyValueCache;
import sc.fiji.latentdiffusion.models.unet.UNetConfig;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.TensorKernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A copy of a U-Net's first half that sees an image beside the latents. It steers the U-Net: its
 * residuals are added to the results of that half (Zhang et al. 2023, arXiv:2302.05543).
 */
public final class ControlNetModel {

  private static final String NAME = "The ControlNet";
  private static final String HINT = "controlnet_cond_embedding";
  private static final long COLOURS = 3;

  private final TensorKernels tensors;
  private final ControlNetKernels kernels;
  private final DownPath encoder;
  private final List<Parameters> hintConvs = new ArrayList<>();
  private final List<Conv2D> downConvs = new ArrayList<>();
  private final Conv2D midConv;
  private final List<Long> downChannels;
  private final boolean blueFirst;

  private ControlNetModel(Weights weights, Config config) throws IOException {
    UNetConfig unet = new UNetConfig(NAME, config, weights);
    boolean pools = config.flag("global_pool_conditions", false);
    ConfigCheck.refuse(pools, NAME, "global_pool_conditions", pools);
    tensors = weights.kernels().tensors();
    kernels = new ControlNetKernels(weights.kernels());
    encoder = new DownPath(weights, unet);
    buildHint(weights.at(HINT));
    downChannels = DownPath.channels(weights);
    for (Weights conv : weights.each("controlnet_down_blocks")) {
      downConvs.add(Conv2D.pointwise(conv));
    }
    midConv = Conv2D.pointwise(weights.at("controlnet_mid_block"));
    requireShapes(weights);
    blueFirst = config.text("controlnet_conditioning_channel_order", "rgb").equals("bgr");
  }

  /** The residuals have the channels of the results that they are added to. */
  private void requireShapes(Weights weights) throws IOException {
    for (int i = 0; i < Math.min(downConvs.size(), downChannels.size()); i++) {
      long channels = downChannels.get(i);
      LayerShapes.requireConv(weights, "controlnet_down_blocks." + i, channels, channels, 1);
    }
    long channels = downChannels.get(downChannels.size() - 1);
    LayerShapes.requireConv(weights, "controlnet_mid_block", channels, channels, 1);
    weights.requireShape(HINT + ".conv_out.bias", downChannels.get(0));
  }

  private void buildHint(Weights weights) throws IOException {
    List<String> layers = new ArrayList<>(List.of("conv_in"));
    for (int i = 0; i < weights.count("blocks"); i++) layers.add("blocks." + i);
    layers.add("conv_out");
    long channels = COLOURS;
    for (String layer : layers) {
      long out = LayerShapes.out(weights, layer);
      LayerShapes.requireConv(weights, layer, out, channels, 3);
      hintConvs.add(weights.parameters(layer + ".weight", layer + ".bias"));
      channels = out;
    }
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors, by diffusers' names
   * @param config its {@code config.json}, or that of the U-Net it was made from
   * @return the network
   * @throws IOException if a tensor is missing or left over, or the config asks for something
   *     unsupported
   */
  public static ControlNetModel of(Weights weights, Config config) throws IOException {
    ControlNetModel net = new ControlNetModel(weights, config);
    weights.requireAllRead(NAME);
    return net;
  }

  /** Returns the number of channels of the latents it takes. */
  public int inChannels() {
    return encoder.inChannels();
  }

  /** Returns how many numbers of conditioning it takes for a token; 0 if it attends nowhere. */
  public int crossAttentionDim() {
    return encoder.crossAttentionDim();
  }

  /** Returns how many numbers of the whole prompt and of sizes it takes; 0 for none. */
  public int addedWidth() {
    return encoder.timeEmbedding().addedWidth();
  }

  /** Returns how many pixels of the image's width one of the latents' covers: 8. */
  public int factor() {
    return 1 << (hintConvs.size() - 2) / 2;
  }

  /** Returns the channels of its residuals on the way down, in their order. */
  List<Long> downChannels() {
    return downChannels;
  }

  /**
   * Returns the hint of an image, which is the same at every step.
   *
   * @param image {@code [1, 3, h, w]}, float32, RGB, 0…1, h and w multiples of {@link #factor}
   * @param owner owns the result
   * @return {@code [1, c, h/factor, w/factor]}, in the precision of the weights
   */
  public NDArray hint(NDArray image, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      NDArray copy = tensors.copy(local, image);
      NDArray h = blueFirst ? copy.flip(1) : copy;
      int last = hintConvs.size() - 1;
      for (int i = 0; i <= last; i++) {
        Parameters conv = hintConvs.get(i);
        int stride = i > 0 && i < last && i % 2 == 0 ? 2 : 1;
        boolean silu = i < last;
        h = Layer.then(h, x -> kernels.hintConv(x, conv, stride, silu));
      }
      h.attach(owner);
      return h;
    }
  }

  /**
   * Returns the prompts as it uses them, for all steps of a run.
   *
   * @param conditioning of {@code b} prompts; it must stay open
   * @param owner owns the result
   */
  public KeyValueCache context(Conditioning conditioning, NDManager owner) {
    return encoder.context(conditioning, owner);
  }

  /**
   * Returns the residuals that the U-Net adds.
   *
   * @param sample noisy latents, {@code [b, c, h, w]}, float32
   * @param timestep 0 … 999, need not be whole
   * @param context of {@code b} prompts
   * @param hint as {@link #hint} gives it
   * @param scale factor of the residuals
   * @return the residuals; they belong to the sample's manager until they are closed
   */
  public Residuals forward(
      NDArray sample, double timestep, KeyValueCache context, NDArray hint, double scale) {
    NDManager owner = sample.getManager();
    try (NDManager manager = owner.newSubManager()) {
      NDArray temb =
          encoder.timeEmbedding().forward(new double[] {timestep}, context.conditioning(), manager);
      NDArray entered = encoder.enter(tensors.cast(manager, sample, Precision.FLOAT32));
      NDArray first = Layer.then(entered, x -> tensors.plus(manager, x, hint));
      Deque<NDArray> results = encoder.down(first, temb, context);
      NDArray middle = Layer.then(encoder.middle(results.peek(), temb, context), midConv);
      List<NDArray> blocks = new ArrayList<>();
      Iterator<NDArray> fromFirst = results.descendingIterator();
      for (Conv2D conv : downConvs) {
        blocks.add(Layer.then(fromFirst.next(), conv));
      }
      blocks.add(middle);
      blocks.forEach(residual -> residual.attach(owner));
      return new Residuals(blocks, scale);
    }
  }
}
