/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.models.unet.KeptStates;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.nn.layers.OutputConv;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The U-Net without prompts, which predicts from noisy pictures or latents, the timestep, and in
 * some models a class (Ho et al. 2020, appendix B; Dhariwal and Nichol 2021); diffusers' {@code
 * UNet2DModel}.
 */
public final class UNet2DModel {

  private final Kernels kernels;
  private final UNet2DKernels divisions;
  private final TimeClassEmbedding embedding;
  private final Conv2D convIn;
  private final List<Level> downLevels = new ArrayList<>();
  private final Middle middle;
  private final List<Level> upLevels = new ArrayList<>();
  private final OutputConv out;
  private final boolean centersInput;
  private final boolean dividesByTime;
  private final int inChannels;
  private final int outChannels;

  private UNet2DModel(Weights weights, Config settings) throws IOException {
    UNet2DConfig.check(settings);
    new SettingsMatch(weights, settings).require();
    UNet2DConfig config = UNet2DConfig.of(settings);
    long timeWidth = LayerShapes.out(weights, "time_embedding.linear_2");
    kernels = weights.kernels();
    divisions = new UNet2DKernels(kernels);
    embedding = new TimeClassEmbedding(weights, settings);
    convIn = Conv2D.input(weights.at("conv_in"));
    for (Weights block : weights.each("down_blocks")) {
      downLevels.add(new Level(block, config, timeWidth));
    }
    middle = new Middle(weights.at("mid_block"), config, timeWidth);
    for (Weights block : weights.each("up_blocks")) {
      upLevels.add(new Level(block, config, timeWidth));
    }
    out = new OutputConv(weights, config.groups(), config.eps());
    centersInput = config.centersInput();
    dividesByTime = TimeClassEmbedding.isFourier(settings);
    inChannels = (int) LayerShapes.in(weights, "conv_in");
    outChannels = (int) LayerShapes.out(weights, "conv_out");
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors
   * @param config its {@code config.json}
   * @throws IOException if a tensor is missing or left over, or the config asks for something
   *     unsupported
   */
  public static UNet2DModel of(Weights weights, Config config) throws IOException {
    UNet2DModel unet = new UNet2DModel(weights, config);
    weights.requireAllRead("The U-Net");
    return unet;
  }

  /** Returns the number of channels it takes. */
  public int inChannels() {
    return inChannels;
  }

  /** Returns the number of channels it predicts. */
  public int outChannels() {
    return outChannels;
  }

  /** Returns how many classes it knows; 0 for none. */
  public int classes() {
    return embedding.classes();
  }

  /** Returns by which number width and height must be divisible. */
  public int factor() {
    return 1 << (downLevels.size() - 1);
  }

  /**
   * Predicts.
   *
   * @param sample noisy, {@code [b, c, h, w]}, float32, h and w multiples of {@link #factor}
   * @param timestep 0 … 999, need not be whole
   * @param label of the class, 0 … {@link #classes} − 1; not used without classes
   * @return the model's output (noise, velocity or sample, as it was trained), {@code [b, c, h,
   *     w]}, float32, of the sample's manager
   */
  public NDArray forward(NDArray sample, double timestep, int label) {
    return timed(sample, timestep, label, (x, temb) -> predict(x, temb, Optional.empty()));
  }

  /**
   * Predicts, and keeps the states with which {@link #forwardFrom} begins.
   *
   * @param sample as {@link #forward} takes it
   * @param timestep as {@link #forward} takes it
   * @param label as {@link #forward} takes it
   * @param states are replaced
   * @return the output of {@link #forward}, to the bit
   */
  public NDArray forwardKeeping(NDArray sample, double timestep, int label, KeptStates states) {
    return timed(sample, timestep, label, (x, temb) -> predict(x, temb, Optional.of(states)));
  }

  /**
   * Predicts by the first convolution, kept states, the last resnet with its attention, and the
   * last convolution.
   *
   * @param sample as {@link #forward} takes it
   * @param timestep as {@link #forward} takes it
   * @param label as {@link #forward} takes it
   * @param states of an evaluation of as many samples of this size
   * @return about the output of {@link #forward}
   */
  public NDArray forwardFrom(NDArray sample, double timestep, int label, KeptStates states) {
    return timed(
        sample,
        timestep,
        label,
        (x, temb) -> {
          Deque<NDArray> skips = new ArrayDeque<>();
          skips.push(convIn.forward(x));
          NDArray inner = states.inner(x.getManager(), kernels.tensors());
          return Layer.then(lastLevel().last(inner, temb, skips), out);
        });
  }

  /**
   * @param prediction from the sample and SiLU of the time's embedding
   */
  private NDArray timed(
      NDArray sample, double timestep, int label, BinaryOperator<NDArray> prediction) {
    try (NDManager local = sample.getManager().newSubManager()) {
      NDArray temb = embedding.forward(timestep, label, local);
      NDArray input = kernels.tensors().cast(local, sample, Precision.FLOAT32);
      NDArray predicted = prediction.apply(centersInput ? input.mul(2).sub(1) : input, temb);
      NDArray output = dividesByTime ? divisions.divided(predicted, timestep) : predicted;
      output.attach(sample.getManager());
      return output;
    }
  }

  private NDArray predict(NDArray x, NDArray temb, Optional<KeptStates> states) {
    Deque<NDArray> skips = new ArrayDeque<>();
    skips.push(convIn.forward(x));
    for (Level level : downLevels) {
      level.down(skips.peek(), temb, skips);
    }
    NDArray h = middle.forward(skips.peek(), temb);
    for (Level level : upLevels.subList(0, upLevels.size() - 1)) {
      h = level.up(h, temb, skips);
    }
    NDArray inner = lastLevel().beforeLast(h, temb, skips);
    states.ifPresent(kept -> kept.keep(inner, List.of(), kernels.tensors()));
    return Layer.then(lastLevel().last(inner, temb, skips), out);
  }

  private Level lastLevel() {
    return upLevels.get(upLevels.size() - 1);
  }
}
