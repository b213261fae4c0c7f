/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/** Reads the tensors of blocks in the order of their kernels, and proves their shapes. */
final class FluxBlocks {

  private final Weights weights;
  private final long width;
  private final long headWidth;
  private final List<NDArray> tensors = new ArrayList<>();

  private FluxBlocks(Weights weights, long width, long headWidth) {
    this.weights = weights;
    this.width = width;
    this.headWidth = headWidth;
  }

  /**
   * Reads a block in which image and text have weights of their own.
   *
   * @param block its place
   * @param width of the tokens
   * @param headWidth of a head
   * @return as {@link FluxKernels#doubleBlock} takes them
   * @throws IOException if a tensor is missing or has another shape
   */
  static Parameters ofTwo(Weights block, long width, long headWidth) throws IOException {
    FluxBlocks read = new FluxBlocks(block, width, headWidth);
    read.linear("norm1.linear", 6 * width, width);
    read.linear("norm1_context.linear", 6 * width, width);
    read.together("attn.to_q", "attn.to_k", "attn.to_v");
    read.together("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj");
    read.norms("attn.norm_q", "attn.norm_k", "attn.norm_added_q", "attn.norm_added_k");
    read.packed("attn.to_out.0", width, width);
    read.packed("attn.to_add_out", width, width);
    read.feedForward("ff.net");
    read.feedForward("ff_context.net");
    return block.parameters(read.tensors);
  }

  /**
   * Reads a block of all tokens.
   *
   * @param block its place
   * @param width of the tokens
   * @param headWidth of a head
   * @return as {@link FluxKernels#singleBlock} takes them
   * @throws IOException if a tensor is missing or has another shape
   */
  static Parameters ofOne(Weights block, long width, long headWidth) throws IOException {
    FluxBlocks read = new FluxBlocks(block, width, headWidth);
    long hidden = LayerShapes.out(block, "proj_mlp");
    read.linear("norm.linear", 3 * width, width);
    read.together("attn.to_q", "attn.to_k", "attn.to_v");
    read.norms("attn.norm_q", "attn.norm_k");
    read.packed("proj_mlp", hidden, width);
    read.packed("proj_out", width, width + hidden);
    return block.parameters(read.tensors);
  }

  private void linear(String layer, long out, long in) throws IOException {
    requireBoth(layer, out, in);
    tensors.add(weights.tensor(layer + ".weight"));
    tensors.add(weights.tensor(layer + ".bias"));
  }

  private void packed(String layer, long out, long in) throws IOException {
    requireBoth(layer, out, in);
    tensors.add(weights.packedTensor(layer + ".weight"));
    tensors.add(weights.packedTensor(layer + ".bias"));
  }

  private void requireBoth(String layer, long out, long in) throws IOException {
    weights.requireShape(layer + ".weight", out, in);
    weights.requireShape(layer + ".bias", out);
  }

  private void together(String... layers) throws IOException {
    for (String layer : layers) requireBoth(layer, width, width);
    for (String end : List.of(".weight", ".bias")) {
      String[] names = Stream.of(layers).map(layer -> layer + end).toArray(String[]::new);
      tensors.add(weights.packedTogether(names));
    }
  }

  private void norms(String... norms) throws IOException {
    for (String norm : norms) {
      weights.requireShape(norm + ".weight", headWidth);
      tensors.add(weights.tensor(norm + ".weight"));
    }
  }

  private void feedForward(String place) throws IOException {
    long hidden = LayerShapes.out(weights, place + ".0.proj");
    packed(place + ".0.proj", hidden, width);
    packed(place + ".2", width, hidden);
  }
}
