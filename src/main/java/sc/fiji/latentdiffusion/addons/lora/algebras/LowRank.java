/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorReader;
import sc.fiji.latentdiffusion.nn.WeightChange;

/** LoRA (Hu et al. 2021, arXiv:2106.09685): {@code Δ = up · down}, a product of low rank. */
@Plugin(type = Algebra.class, priority = 100)
public final class LowRank implements Algebra {

  /** {@code [rank, in]} or {@code [rank, in, kh, kw]}. */
  static final LoraPart DOWN =
      LoraPart.of(
          "lora_down.weight",
          "\\.lora_down\\.weight",
          "(?:_lora|\\.lora|\\.lora_linear_layer)\\.down\\.weight",
          "\\.lora_A(?:\\.\\w+)?\\.weight");

  /** {@code [out, rank]} or {@code [out, rank, 1, 1]}. */
  static final LoraPart UP =
      LoraPart.of(
          "lora_up.weight",
          "\\.lora_up\\.weight",
          "(?:_lora|\\.lora|\\.lora_linear_layer)\\.up\\.weight",
          "\\.lora_B(?:\\.\\w+)?\\.weight");

  @Override
  public String name() {
    return "LoRA";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(DOWN, UP);
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    shape(layer);
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    return Arrays.equals(shape(layer), weight);
  }

  private static long[] shape(LoraLayer layer) throws IOException {
    long[] down = layer.shape(DOWN);
    long[] up = layer.shape(UP);
    if (down[0] < 1 || up[1] != down[0] || up[2] * up[3] != 1) {
      throw layer.refused(
          "has " + layer.shapes(),
          "expected down [rank, in, …] and up [out, rank] of one rank of at least 1");
    }
    return new long[] {up[0], down[1], down[2], down[3]};
  }

  @Override
  public boolean isFreeOfWeight() {
    return true;
  }

  @Override
  public double scale(LoraLayer layer, LoraTarget target) throws IOException {
    return layer.scale(target, layer.shape(DOWN)[0]);
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Change(layer.tensor(DOWN), layer.tensor(UP), factor, layer.source());
  }

  /**
   * The change of one weight.
   *
   * @param down {@code [rank, in]} or {@code [rank, in, kh, kw]}
   * @param up {@code [out, rank]} or {@code [out, rank, 1, 1]}
   * @param factor of the product
   * @param source for messages
   */
  public record Change(StoredTensor down, StoredTensor up, double factor, String source)
      implements WeightChange {

    @Override
    public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
      NDArray left = TensorReader.float32(up, kernels, local);
      NDArray right = TensorReader.float32(down, kernels, local);
      return new AlgebraKernels(kernels, local).lowRank(left, right);
    }
  }
}
