/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * LoKr of LyCORIS (Yeh et al. 2024, arXiv:2309.14859): {@code Δ = w₁ ⊗ w₂}, a Kronecker product.
 * Each factor is whole or a product of two; w₂ has the kernel, with t₂ as a Tucker decomposition.
 */
@Plugin(type = Algebra.class)
public final class LoKr implements Algebra {

  private static final LoraPart W1 = part("lokr_w1");
  private static final LoraPart W1_A = part("lokr_w1_a");
  private static final LoraPart W1_B = part("lokr_w1_b");
  private static final LoraPart W2 = part("lokr_w2");
  private static final LoraPart W2_A = part("lokr_w2_a");
  private static final LoraPart W2_B = part("lokr_w2_b");
  private static final LoraPart T2 = part("lokr_t2");

  /** peft's own default of the rank. */
  private static final int RANK = 8;

  private static LoraPart part(String name) {
    return LoraPart.of(name, "\\." + name + "(?:\\.\\w+)?");
  }

  @Override
  public String name() {
    return "LoKr";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(W1, W1_A, W1_B, W2, W2_A, W2_B, T2);
  }

  @Override
  public Optional<LoraPart> missing(Set<LoraPart> present) {
    return Stream.concat(
            needed(present, W1, W1_A, W1_B),
            present.contains(T2) ? Stream.of(W2_A, W2_B) : needed(present, W2, W2_A, W2_B))
        .filter(part -> !present.contains(part))
        .findFirst();
  }

  private static Stream<LoraPart> needed(Set<LoraPart> present, LoraPart whole, LoraPart... split) {
    boolean isSplit = Stream.of(split).anyMatch(present::contains);
    return isSplit ? Stream.of(split) : Stream.of(whole);
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    boolean twice = layer.has(W1) && layer.has(W1_A) || layer.has(W2) && layer.has(W2_A);
    boolean cored = !layer.has(T2) || isCore(layer);
    boolean chained = isChained(layer, W1_A, W1_B, 1) && isChained(layer, W2_A, W2_B, ranks(layer));
    if (!twice && cored && chained) return;
    throw layer.refused(
        "has " + layer.shapes(),
        "expected w1 [p, q] and w2 [s, t, …], each whole or as a [p, rank] and b [rank, q] of one"
            + " rank of at least 1; with t2 [rank, rank, …], w2_a [rank, s]");
  }

  private static int ranks(LoraLayer layer) {
    return layer.has(T2) ? 0 : 1;
  }

  private static boolean isChained(LoraLayer layer, LoraPart a, LoraPart b, int axis)
      throws IOException {
    if (!layer.has(a)) return true;
    long rank = layer.shape(b)[0];
    return rank > 0 && layer.shape(a)[axis] == rank;
  }

  private static boolean isCore(LoraLayer layer) throws IOException {
    long[] core = layer.shape(T2);
    long rank = layer.shape(W2_B)[0];
    return core[0] == rank && core[1] == rank;
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1) return false;
    long[] first = matrix(layer, W1, W1_A, W1_B);
    long kernel = weight[2] * weight[3];
    long rows = layer.has(T2) ? layer.shape(W2_A)[1] : rows(layer);
    long columns = columns(layer);
    if (layer.has(T2)) {
      long[] core = layer.shape(T2);
      if (core[2] != weight[2] || core[3] != weight[3]) return false;
      columns *= kernel;
    }
    return first[0] * rows == weight[0]
        && first[1] * columns == weight[1] * kernel
        && columns % kernel == 0;
  }

  private static long rows(LoraLayer layer) throws IOException {
    return matrix(layer, W2, W2_A, W2_B)[0];
  }

  private static long columns(LoraLayer layer) throws IOException {
    return matrix(layer, W2, W2_A, W2_B)[1];
  }

  /** Returns rows and columns of a factor, its kernel among the columns. */
  private static long[] matrix(LoraLayer layer, LoraPart whole, LoraPart a, LoraPart b)
      throws IOException {
    long[] right = layer.shape(layer.has(whole) ? whole : b);
    long rows = layer.has(whole) ? right[0] : layer.shape(a)[0];
    return new long[] {rows, right[1] * right[2] * right[3]};
  }

  /** By the rank of the factor that is split; two whole ones have none in LyCORIS' names. */
  @Override
  public double scale(LoraLayer layer, LoraTarget target) throws IOException {
    for (LoraPart split : List.of(W2_B, W1_B)) {
      if (layer.has(split)) return layer.scale(target, layer.shape(split)[0]);
    }
    boolean isPeft = layer.settings().isPeft();
    return isPeft ? layer.scale(target, layer.settings().rank(target, RANK)) : 1;
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    long[] shape = target.weight().shape();
    long kh = shape.length > 2 ? shape[2] : 1;
    long kw = shape.length > 2 ? shape[3] : 1;
    return new Formula(
        layer,
        factor,
        (weight, at) -> at.kernels().kronecker(at.product(W1, W1_A, W1_B), second(at), kh, kw));
  }

  private static NDArray second(Formula.Reading at) throws IOException {
    if (!at.layer().has(T2)) return at.product(W2, W2_A, W2_B);
    AlgebraKernels kernels = at.kernels();
    return kernels.tucker(kernels.transposed(at.read(W2_A)), at.read(T2), at.read(W2_B));
  }
}
