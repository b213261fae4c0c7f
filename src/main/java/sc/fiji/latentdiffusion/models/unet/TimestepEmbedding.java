/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The embedding of the timestep: its sines and cosines (Vaswani et al. 2017) through two linear
 * layers. In Stable Diffusion XL another two such layers add the whole prompt's embedding and sines
 * and cosines of sizes and positions (Podell et al. 2023, section 2.2).
 */
public final class TimestepEmbedding {

  private static final String ADDITION = "addition_embed_type";
  private static final String GUIDANCE = "time_cond_proj_dim";

  private final Kernels kernels;
  private final UNetKernels embeddings;
  private final Parameters parameters;
  private final Parameters added;
  private final NDArray guidance;
  private final int addedWidth;
  private final int addedChannels;
  private final int channels;
  private final Sinusoids sinusoids;
  private final Sinusoids sizes;
  private final Optional<ClassEmbedding> classes;

  /**
   * @param weights the U-Net's place
   * @throws IOException if the config asks for another addition than the weights have
   */
  TimestepEmbedding(Weights weights, Config config) throws IOException {
    kernels = weights.kernels();
    embeddings = new UNetKernels(kernels);
    parameters = layers(weights.at("time_embedding"));
    channels = (int) LayerShapes.in(weights, "time_embedding.linear_1");
    sinusoids = Sinusoids.of(config, channels);
    boolean adds = weights.has("add_embedding");
    String asked = config.text(ADDITION, null);
    ConfigCheck.refuse(asked != null && !asked.equals("text_time"), "The U-Net", ADDITION, asked);
    requireSame(ADDITION, asked, "add_embedding", adds);
    boolean told = weights.has("time_embedding.cond_proj");
    requireSame(GUIDANCE, config.toMap().get(GUIDANCE), "time_embedding.cond_proj", told);
    if (told) weights.requireShape("time_embedding.cond_proj.weight", channels, Weights.ANY);
    guidance = told ? weights.tensor("time_embedding.cond_proj.weight") : null;
    long width = LayerShapes.out(weights, "time_embedding.linear_2");
    if (adds) weights.requireShape("add_embedding.linear_2.bias", width);
    added = adds ? layers(weights.at("add_embedding")) : null;
    addedWidth = adds ? (int) weights.shape("add_embedding.linear_1.weight")[1] : 0;
    addedChannels = config.integer("addition_time_embed_dim", 256);
    sizes = Sinusoids.of(config, addedChannels);
    classes = ClassEmbedding.of(weights, config, sinusoids::of);
    ConfigCheck.refuse(
        adds && classes.isPresent(), "The U-Net", ADDITION, asked + " beside num_class_embeds");
  }

  /**
   * Checks that weights are there where the config asks for them, and only there.
   *
   * @throws IOException if not, naming both
   */
  static void requireSame(String key, Object asked, String place, boolean there)
      throws IOException {
    if (there == (asked != null)) return;
    throw new IOException(
        "The U-Net's config has "
            + key
            + " = "
            + asked
            + ", its weights have "
            + (there ? "a " : "no ")
            + place
            + ": config and weights belong to different models.");
  }

  /**
   * Reads the two linear layers of an embedding.
   *
   * @param weights their place, with {@code linear_1} and {@code linear_2}
   * @return as {@link UNetKernels#timeEmbedding} takes them
   * @throws IOException if a tensor is missing or has another shape
   */
  public static Parameters layers(Weights weights) throws IOException {
    long width = LayerShapes.out(weights, "linear_1");
    LayerShapes.requireLinear(weights, "linear_1", width, LayerShapes.in(weights, "linear_1"));
    LayerShapes.requireLinear(weights, "linear_2", width, width);
    return weights.parameters(
        "linear_1.weight", "linear_1.bias", "linear_2.weight", "linear_2.bias");
  }

  /** Returns how many numbers {@link #forward} takes as {@code addedCond}; 0 for none. */
  public int addedWidth() {
    return addedWidth;
  }

  int addedChannels() {
    return addedChannels;
  }

  /**
   * @param timesteps 0 … 999, need not be whole; one, or b of them
   * @param conditioning with additions, {@code [b, addedWidth]}, or null where the width is 0
   * @param manager owns the result
   * @return SiLU of the embedding, {@code [1, d]} or {@code [b, d]}, as every block wants it
   */
  public NDArray forward(double[] timesteps, Conditioning conditioning, NDManager manager) {
    float[] numbers = new float[timesteps.length * channels];
    for (int i = 0; i < timesteps.length; i++) {
      float[] one = sinusoids.of((float) timesteps[i]);
      System.arraycopy(one, 0, numbers, i * channels, channels);
    }
    try (NDManager local = manager.newSubManager()) {
      NDArray time = kernels.create(local, numbers, new Shape(timesteps.length, channels));
      if (guidance != null) time = guided(time, conditioning.guidanceScale(), local);
      if (classes.isPresent()) {
        return classes.get().embedded(manager, time, parameters, conditioning.label());
      }
      return added == null
          ? embeddings.timeEmbedding(manager, time, parameters)
          : embeddings.addedEmbedding(
              manager, time, parameters, required(conditioning.added()), added);
    }
  }

  /** Sines, then cosines, of 1000 (g − 1), whose frequencies end at 1/10000 itself. */
  private NDArray guided(NDArray time, double scale, NDManager local) {
    int width = (int) guidance.getShape().get(1);
    float[] numbers = new float[width];
    for (int i = 0; i < width / 2; i++) {
      double exponent = -Math.log(Sinusoids.MAX_PERIOD) * i / (width / 2 - 1);
      double angle = 1000 * (scale - 1) * Math.exp(exponent);
      numbers[i] = (float) Math.sin(angle);
      numbers[width / 2 + i] = (float) Math.cos(angle);
    }
    NDArray embedding = kernels.create(local, numbers, new Shape(1, width));
    return embeddings.plusProjected(local, time, embedding, guidance);
  }

  /** Returns how many classes it takes; 0 for none. */
  int classes() {
    return classes.map(ClassEmbedding::classes).orElse(0);
  }

  /** Returns whether it takes the scale of guidance. */
  boolean knowsGuidance() {
    return guidance != null;
  }

  private NDArray required(NDArray addedCond) {
    if (addedCond != null && addedCond.getShape().get(1) == addedWidth) return addedCond;
    throw new IllegalArgumentException(
        "The U-Net takes "
            + addedWidth
            + " numbers of the whole prompt and sizes, but got "
            + (addedCond == null ? "none." : addedCond.getShape() + "."));
  }

  /**
   * Joins the additions.
   *
   * @param textEmbeds of the whole prompts, {@code [b, d]}
   * @param timeIds sizes and positions in pixels, as many for each prompt
   * @param manager owns the result
   * @return {@code [b, d + addition_time_embed_dim · ids]}
   */
  NDArray addedCond(NDArray textEmbeds, float[][] timeIds, NDManager manager) {
    int width = timeIds[0].length * addedChannels;
    float[] numbers = new float[timeIds.length * width];
    int at = 0;
    for (float[] row : timeIds) {
      for (float id : row) {
        System.arraycopy(sizes.of(id), 0, numbers, at, addedChannels);
        at += addedChannels;
      }
    }
    try (NDArray ids = manager.create(numbers, new Shape(timeIds.length, width))) {
      NDArray joined = textEmbeds.concat(ids, 1);
      joined.attach(manager);
      return joined;
    }
  }
}
