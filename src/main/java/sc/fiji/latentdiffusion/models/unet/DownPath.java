/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.TensorKernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;

/**
 * The first half of a U-Net: the first convolution, the levels down and the middle, with the
 * timestep's embedding. A ControlNet has a second one.
 */
public final class DownPath {

  private final TensorKernels kernels;
  private final Precision precision;
  private final TimestepEmbedding timeEmbedding;
  private final Conv2D convIn;
  private final List<DownBlock2D> downBlocks = new ArrayList<>();
  private final List<ResnetBlock2D> midResnets;
  private final List<Transformer2DModel> midAttentions;
  private final int inChannels;
  private final int crossAttentionDim;

  public DownPath(Weights weights, UNetConfig unet) throws IOException {
    kernels = weights.kernels().tensors();
    precision = weights.precision();
    timeEmbedding = new TimestepEmbedding(weights, unet.config());
    convIn = Conv2D.input(weights.at("conv_in"));
    for (int i = 0; i < weights.count("down_blocks"); i++) {
      downBlocks.add(new DownBlock2D(weights.at("down_blocks." + i), unet.level(i)));
    }
    midResnets = unet.middle().resnets(weights.at("mid_block"));
    midAttentions = unet.middle().transformers(weights.at("mid_block"));
    unet.requireMiddle(midResnets.size(), midAttentions.size());
    inChannels = (int) weights.shape("conv_in.weight")[1];
    crossAttentionDim = crossAttentionDim(weights);
  }

  /** All attentions to the prompt have one width; the middle's is asked, else a level's. */
  private static int crossAttentionDim(Weights weights) throws IOException {
    for (String place : List.of("mid_block", "down_blocks.0", "down_blocks.1", "up_blocks.0")) {
      String key = place + ".attentions.0.transformer_blocks.0.attn2.to_k.weight";
      if (weights.has(key)) return (int) weights.shape(key)[1];
    }
    return 0;
  }

  /** Returns the layers that embed the timestep and its additions. */
  public TimestepEmbedding timeEmbedding() {
    return timeEmbedding;
  }

  /** Returns the number of channels it takes. */
  public int inChannels() {
    return inChannels;
  }

  /** Returns how many numbers of conditioning it takes for a token; 0 without cross-attention. */
  public int crossAttentionDim() {
    return crossAttentionDim;
  }

  /**
   * Returns the prompts as the network uses them, at every step of a run.
   *
   * @param owner owns the result
   */
  public KeyValueCache context(Conditioning conditioning, NDManager owner) {
    NDArray states = kernels.cast(owner, conditioning.states(), precision);
    return new KeyValueCache(conditioning, states, owner);
  }

  /**
   * @param sample {@code [b, c, h, w]}, float32
   * @return the first convolution's result, in the precision of the weights
   */
  public NDArray enter(NDArray sample) {
    return convIn.forward(sample);
  }

  /**
   * Goes down.
   *
   * @param entered as {@link #enter} gives it
   * @param temb SiLU of the timestep's embedding
   * @param context of the prompts
   * @return the input and the results of all blocks, the last of them on top
   */
  public Deque<NDArray> down(NDArray entered, NDArray temb, KeyValueCache context) {
    Deque<NDArray> results = new ArrayDeque<>();
    results.push(entered);
    for (DownBlock2D block : downBlocks) {
      block.forward(results.peek(), temb, context, results);
    }
    return results;
  }

  /**
   * The middle.
   *
   * @param x the last result of the way down; stays open
   */
  public NDArray middle(NDArray x, NDArray temb, KeyValueCache context) {
    if (midResnets.isEmpty()) {
      return kernels.copy(x.getManager(), x);
    }
    NDArray h = midResnets.get(0).forward(x, temb);
    for (int i = 1; i < midResnets.size(); i++) {
      Transformer2DModel attention = midAttentions.get(i - 1);
      ResnetBlock2D resnet = midResnets.get(i);
      h = Layer.then(h, y -> attention.forward(y, context));
      h = Layer.then(h, y -> resnet.forward(y, temb));
    }
    return h;
  }

  /**
   * The channels of all that {@link #down} gives, in its order from the input on.
   *
   * @param weights of the whole
   */
  public static List<Long> channels(Weights weights) throws IOException {
    List<Long> channels = new ArrayList<>();
    channels.add(weights.shape("conv_in.weight")[0]);
    for (Weights block : weights.each("down_blocks")) {
      for (Weights resnet : block.each("resnets")) {
        channels.add(resnet.shape("conv2.weight")[0]);
      }
      String downsampler = "downsamplers.0.conv.weight";
      if (block.has(downsampler)) channels.add(block.shape(downsampler)[0]);
    }
    return List.copyOf(channels);
  }
}
