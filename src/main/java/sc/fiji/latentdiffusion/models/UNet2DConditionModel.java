package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Precision;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * The U-Net that predicts noise from noisy latents, the timestep and the prompt's conditioning
 * (Rombach et al. 2022; Ronneberger et al. 2015).
 */
public final class UNet2DConditionModel {

  private final Kernels kernels;
  private final Precision precision;
  private final TimestepEmbedding timeEmbedding;
  private final Conv2D convIn;
  private final List<DownBlock2D> downBlocks = new ArrayList<>();
  private final List<ResnetBlock2D> midResnets = new ArrayList<>();
  private final List<Transformer2DModel> midAttentions = new ArrayList<>();
  private final List<UpBlock2D> upBlocks = new ArrayList<>();
  private final OutputConv out;
  private final boolean centerInputSample;
  private final int inChannels;
  private final int sampleSize;
  private final int crossAttentionDim;

  private UNet2DConditionModel(Weights weights, Config config) throws IOException {
    int levels = weights.count("down_blocks");
    UNetConfig unet = new UNetConfig(config, levels);
    kernels = weights.kernels();
    precision = weights.precision();
    timeEmbedding = new TimestepEmbedding(weights, config);
    convIn = Conv2D.input(weights.at("conv_in"));
    for (int i = 0; i < levels; i++) {
      downBlocks.add(new DownBlock2D(weights.at("down_blocks." + i), unet.level(i)));
    }
    buildMiddle(weights.at("mid_block"), unet.middle());
    for (int i = 0; i < weights.count("up_blocks"); i++) {
      upBlocks.add(new UpBlock2D(weights.at("up_blocks." + i), unet.level(levels - 1 - i)));
    }
    out = new OutputConv(weights, unet.groups(), unet.eps());
    centerInputSample = unet.centerInputSample();
    inChannels = (int) weights.shape("conv_in.weight")[1];
    crossAttentionDim = crossAttentionDim(weights);
    sampleSize = sampleSize(config);
  }

  /** Returns what a config says of the height and width of the latents it was trained with. */
  public static int sampleSize(Config config) throws IOException {
    List<Integer> sizes = config.integers("sample_size");
    return sizes.isEmpty() ? 64 : sizes.get(0);
  }

  /** All attentions to the prompt have one width; the middle's is asked, else a level's. */
  private static int crossAttentionDim(Weights weights) throws IOException {
    for (String place : List.of("mid_block", "down_blocks.0", "down_blocks.1", "up_blocks.0")) {
      String key = place + ".attentions.0.transformer_blocks.0.attn2.to_k.weight";
      if (weights.has(key)) return (int) weights.shape(key)[1];
    }
    return 0;
  }

  private void buildMiddle(Weights weights, UNetConfig.Level level) throws IOException {
    for (Weights resnet : weights.each("resnets")) {
      midResnets.add(level.resnet(resnet));
    }
    for (Weights attention : weights.each("attentions")) {
      midAttentions.add(level.transformer(attention));
    }
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
  public static UNet2DConditionModel of(Weights weights, Config config) throws IOException {
    UNet2DConditionModel unet = new UNet2DConditionModel(weights, config);
    weights.requireAllRead("The U-Net");
    return unet;
  }

  /** Returns the number of channels it takes. */
  public int inChannels() {
    return inChannels;
  }

  /** Returns how many numbers of conditioning it takes for a token; 0 if it attends nowhere. */
  public int crossAttentionDim() {
    return crossAttentionDim;
  }

  /** Returns how many numbers of the whole prompt and of sizes it takes; 0 for none. */
  public int addedWidth() {
    return timeEmbedding.addedWidth();
  }

  /** Returns whether it is told the scale of guidance, and so needs no second evaluation for it. */
  public boolean knowsGuidance() {
    return timeEmbedding.knowsGuidance();
  }

  /** Returns how many numbers stand for one size or position among the additions. */
  int addedChannels() {
    return timeEmbedding.addedChannels();
  }

  /**
   * Joins the whole prompts' embeddings with sizes and positions.
   *
   * @param textEmbeds {@code [b, d]}, float32
   * @param timeIds for each prompt
   * @param manager owns the result
   * @return what {@link Conditioning#addedCond} holds
   */
  NDArray addedCond(NDArray textEmbeds, float[][] timeIds, NDManager manager) {
    return timeEmbedding.addedCond(textEmbeds, timeIds, manager);
  }

  /** Returns the height and width of the latents it was trained with. */
  public int sampleSize() {
    return sampleSize;
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
    NDArray encoderHiddenStates = conditioning.promptEmbeds();
    try (NDManager manager = sample.getManager().newSubManager()) {
      NDArray context = kernels.call(manager, "cast", encoderHiddenStates, precision.scalarType());
      NDArray temb = timeEmbedding.forward(timestep, conditioning, manager);
      NDArray prediction = predict(kernels.call(manager, "cast", sample, 6), temb, context);
      prediction.attach(sample.getManager());
      return prediction;
    }
  }

  private NDArray predict(NDArray sample, NDArray temb, NDArray context) {
    NDArray centered = centerInputSample ? sample.mul(2).sub(1) : sample;
    Deque<NDArray> skips = new ArrayDeque<>();
    skips.push(convIn.forward(centered));
    for (DownBlock2D block : downBlocks) {
      block.forward(skips.peek(), temb, context, skips);
    }
    NDArray h = middle(skips.peek(), temb, context);
    for (UpBlock2D block : upBlocks) {
      h = block.forward(h, temb, context, skips);
    }
    return Layer.then(h, out);
  }

  private NDArray middle(NDArray x, NDArray temb, NDArray context) {
    if (midResnets.isEmpty()) {
      return kernels.call(x.getManager(), "copy", x);
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
}
