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
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.nn.layers.OutputConv;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The U-Net that predicts noise from noisy latents, the timestep and the prompt's conditioning
 * (Rombach et al. 2022; Ronneberger et al. 2015).
 */
public final class UNet2DConditionModel {

  private final Kernels kernels;
  private final DownPath encoder;
  private final List<UpBlock2D> upBlocks = new ArrayList<>();
  private final OutputConv out;
  private final boolean centerInputSample;
  private final List<Long> downChannels;
  private final int outChannels;

  private UNet2DConditionModel(Weights weights, Config config) throws IOException {
    int levels = weights.count("down_blocks");
    UNetConfig unet = new UNetConfig("The U-Net", config, weights);
    kernels = weights.kernels();
    encoder = new DownPath(weights, unet);
    for (int i = 0; i < weights.count("up_blocks"); i++) {
      upBlocks.add(new UpBlock2D(weights.at("up_blocks." + i), unet.level(levels - 1 - i)));
    }
    out = new OutputConv(weights, unet.groups(), unet.eps());
    centerInputSample = unet.centerInputSample();
    downChannels = DownPath.channels(weights);
    outChannels = (int) LayerShapes.out(weights, "conv_out");
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors
   * @param config its {@code config.json}
   * @return the network
   * @throws IOException if a tensor is missing or left over, or the config asks for something
   *     unsupported
   */
  public static UNet2DConditionModel of(Weights weights, Config config) throws IOException {
    UNet2DConditionModel unet = new UNet2DConditionModel(weights, config);
    weights.requireAllRead("The U-Net");
    return unet;
  }

  /** Returns the number of channels it takes. */
  public int inChannels() {
    return encoder.inChannels();
  }

  /** Returns the number of channels it predicts. */
  public int outChannels() {
    return outChannels;
  }

  /** Returns how many numbers of conditioning it takes for a token; 0 if it attends nowhere. */
  public int crossAttentionDim() {
    return encoder.crossAttentionDim();
  }

  /** Returns the channels of the results that it keeps on the way down, in their order. */
  public List<Long> downChannels() {
    return downChannels;
  }

  /** Returns how many numbers of the whole prompt and of sizes it takes; 0 for none. */
  public int addedWidth() {
    return encoder.timeEmbedding().addedWidth();
  }

  /** Returns how many classes it knows; 0 for none. */
  public int classes() {
    return encoder.timeEmbedding().classes();
  }

  /** Returns whether it takes the guidance scale as input and needs no second evaluation for it. */
  public boolean knowsGuidance() {
    return encoder.timeEmbedding().knowsGuidance();
  }

  /** Returns how many numbers stand for one size or position among the additions. */
  public int addedChannels() {
    return encoder.timeEmbedding().addedChannels();
  }

  /**
   * Joins the whole prompts' embeddings with sizes and positions.
   *
   * @param textEmbeds {@code [b, d]}, float32
   * @param timeIds for each prompt
   * @param manager owns the result
   * @return the value of {@link Conditioning#added}
   */
  public NDArray addedCond(NDArray textEmbeds, float[][] timeIds, NDManager manager) {
    return encoder.timeEmbedding().addedCond(textEmbeds, timeIds, manager);
  }

  /**
   * Predicts.
   *
   * @param sample noisy latents, {@code [b, c, h, w]}, float32
   * @param timestep 0 … 999, need not be whole
   * @param encoderHiddenStates the prompt's conditioning, {@code [b, tokens, d]}
   * @return the model's output (noise, velocity or sample, as it was trained), {@code [b, c, h,
   *     w]}, float32, of the sample's manager
   */
  public NDArray forward(NDArray sample, double timestep, NDArray encoderHiddenStates) {
    return forward(sample, timestep, new Conditioning(encoderHiddenStates, null));
  }

  /**
   * Predicts.
   *
   * @param sample noisy latents, {@code [b, c, h, w]}, float32
   * @param timestep 0 … 999, need not be whole
   * @param conditioning of {@code b} prompts
   * @return the model's output, {@code [b, c, h, w]}, float32, of the sample's manager
   */
  public NDArray forward(NDArray sample, double timestep, Conditioning conditioning) {
    try (NDManager local = sample.getManager().newSubManager()) {
      double[] timesteps = {timestep};
      return forward(sample, timesteps, context(conditioning, local), List.of());
    }
  }

  /**
   * Returns the prompts as the network uses them, for all steps of a run.
   *
   * @param conditioning of {@code b} prompts; it must stay open
   * @param owner owns the result
   */
  public KeyValueCache context(Conditioning conditioning, NDManager owner) {
    return encoder.context(conditioning, owner);
  }

  /**
   * Predicts under control.
   *
   * @param sample noisy latents, {@code [b, c, h, w]}, float32
   * @param timesteps 0 … 999, need not be whole; one for all, or {@code b} of them
   * @param context of {@code b} prompts
   * @param residuals of ControlNets for the same input, any number; they stay open
   * @return the model's output, {@code [b, c, h, w]}, float32, of the sample's manager
   */
  public NDArray forward(
      NDArray sample, double[] timesteps, KeyValueCache context, List<Residuals> residuals) {
    return timed(
        sample,
        timesteps,
        context,
        (x, temb) -> predict(x, temb, context, residuals, Optional.empty()));
  }

  /**
   * Predicts, and keeps the states with which {@link #forwardFrom} begins.
   *
   * @param sample noisy latents, {@code [b, c, h, w]}, float32
   * @param timestep 0 … 999, need not be whole
   * @param context of {@code b} prompts
   * @param residuals of ControlNets for the same input, any number; they stay open
   * @param states are replaced
   * @return the output of {@link #forward}, to the bit
   */
  NDArray forwardKeeping(
      NDArray sample,
      double timestep,
      KeyValueCache context,
      List<Residuals> residuals,
      KeptStates states) {
    return timed(
        sample,
        new double[] {timestep},
        context,
        (x, temb) -> predict(x, temb, context, residuals, Optional.of(states)));
  }

  /**
   * Predicts by the first convolution, kept states, the last resnet with its attention, and the
   * last convolution.
   *
   * @param sample noisy latents, {@code [b, c, h, w]}, float32
   * @param timestep 0 … 999, need not be whole
   * @param context of {@code b} prompts
   * @param states of an evaluation of as many latents of this size
   * @return about the output of {@link #forward}, {@code [b, c, h, w]}, float32, of the sample's
   *     manager
   */
  NDArray forwardFrom(NDArray sample, double timestep, KeyValueCache context, KeptStates states) {
    return timed(
        sample,
        new double[] {timestep},
        context,
        (x, temb) -> {
          Deque<NDArray> skips = new ArrayDeque<>();
          skips.push(encoder.enter(centered(x)));
          for (Residuals added : states.residuals()) {
            skips.push(plus(skips.pop(), added.blocks().get(0), added.scale()));
          }
          NDArray inner = states.inner(x.getManager(), kernels.tensors());
          return Layer.then(lastBlock().last(inner, temb, context, skips), out);
        });
  }

  /**
   * @param prediction from the sample and SiLU of the timestep's embedding
   */
  private NDArray timed(
      NDArray sample,
      double[] timesteps,
      KeyValueCache context,
      BinaryOperator<NDArray> prediction) {
    try (NDManager manager = sample.getManager().newSubManager()) {
      NDArray temb = encoder.timeEmbedding().forward(timesteps, context.conditioning(), manager);
      NDArray input = kernels.tensors().cast(manager, sample, Precision.FLOAT32);
      NDArray predicted = prediction.apply(input, temb);
      predicted.attach(sample.getManager());
      return predicted;
    }
  }

  private NDArray predict(
      NDArray sample,
      NDArray temb,
      KeyValueCache context,
      List<Residuals> residuals,
      Optional<KeptStates> states) {
    Deque<NDArray> skips = encoder.down(encoder.enter(centered(sample)), temb, context);
    NDArray h = encoder.middle(skips.peek(), temb, context);
    for (Residuals added : residuals) {
      h = plus(h, skips, added);
    }
    for (UpBlock2D block : upBlocks.subList(0, upBlocks.size() - 1)) {
      h = block.forward(h, temb, context, skips);
    }
    NDArray inner = lastBlock().beforeLast(h, temb, context, skips);
    states.ifPresent(kept -> kept.keep(inner, residuals, kernels.tensors()));
    return Layer.then(lastBlock().last(inner, temb, context, skips), out);
  }

  private NDArray centered(NDArray sample) {
    return centerInputSample ? sample.mul(2).sub(1) : sample;
  }

  private UpBlock2D lastBlock() {
    return upBlocks.get(upBlocks.size() - 1);
  }

  /**
   * Adds residuals.
   *
   * @param h the middle's result; it is closed
   * @param skips results of the way down, the last of them on top; they are replaced
   * @return the sum for the middle
   */
  private NDArray plus(NDArray h, Deque<NDArray> skips, Residuals residuals) {
    Iterator<NDArray> blocks = residuals.blocks().iterator();
    for (int i = skips.size(); i > 0; i--) { // the first lies at the bottom
      skips.push(plus(skips.pollLast(), blocks.next(), residuals.scale()));
    }
    return plus(h, blocks.next(), residuals.scale());
  }

  private NDArray plus(NDArray x, NDArray residual, double scale) {
    return Layer.then(x, y -> kernels.tensors().addScaled(y.getManager(), y, residual, scale));
  }
}
