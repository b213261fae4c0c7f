/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * LoHa (FedPara, Hyeon-Woo et al. 2022, arXiv:2108.06098): {@code Δ = (a₁ b₁) ∘ (a₂ b₂)}, a product
 * by elements. With t₁ and t₂ each factor is a Tucker decomposition.
 */
@Plugin(type = Algebra.class)
public final class LoHa implements Algebra {

  private static final LoraPart A1 = part("hada_w1_a");
  private static final LoraPart B1 = part("hada_w1_b");
  private static final LoraPart A2 = part("hada_w2_a");
  private static final LoraPart B2 = part("hada_w2_b");
  private static final LoraPart T1 = part("hada_t1");
  private static final LoraPart T2 = part("hada_t2");

  private static LoraPart part(String name) {
    return LoraPart.of(name, "\\." + name + "(?:\\.\\w+)?");
  }

  @Override
  public String name() {
    return "LoHa";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(A1, B1, A2, B2, T1, T2);
  }

  @Override
  public Optional<LoraPart> missing(Set<LoraPart> present) {
    boolean isTucker = present.contains(T1) || present.contains(T2);
    return parts().stream()
        .filter(part -> isTucker || !List.of(T1, T2).contains(part))
        .filter(part -> !present.contains(part))
        .findFirst();
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    boolean isTucker = layer.has(T1);
    int ranks = isTucker ? 0 : 1;
    long[] a = layer.shape(A1);
    long[] b = layer.shape(B1);
    long[] a2 = layer.shape(A2);
    long[] b2 = layer.shape(B2);
    boolean chained = a[ranks] == b[0] && a2[ranks] == b2[0] && b[0] > 0 && b2[0] > 0;
    boolean alike = a[1 - ranks] == a2[1 - ranks] && inputs(b) == inputs(b2);
    boolean cores = !isTucker || core(layer, T1, b[0]) && core(layer, T2, b2[0]) && same(layer);
    if (chained && alike && cores) return;
    throw layer.refused(
        "has " + layer.shapes(),
        "expected a [out, rank] and b [rank, in], or with t [rank, rank, …] a [rank, out] and b"
            + " [rank, in], twice for one layer, of a rank of at least 1");
  }

  private static boolean core(LoraLayer layer, LoraPart part, long rank) throws IOException {
    long[] core = layer.shape(part);
    return core[0] == rank && core[1] == rank;
  }

  private static boolean same(LoraLayer layer) throws IOException {
    long[] one = layer.shape(T1);
    long[] other = layer.shape(T2);
    return one[2] == other[2] && one[3] == other[3];
  }

  private static long inputs(long[] b) {
    return b[1] * b[2] * b[3];
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1) return false;
    long[] a = layer.shape(A1);
    long[] b = layer.shape(B1);
    if (!layer.has(T1)) return a[0] == weight[0] && inputs(b) == inputs(weight);
    long[] core = layer.shape(T1);
    boolean kernel = core[2] == weight[2] && core[3] == weight[3];
    return kernel && a[1] == weight[0] && inputs(b) == weight[1];
  }

  @Override
  public double scale(LoraLayer layer, LoraTarget target) throws IOException {
    return layer.scale(target, layer.shape(B1)[0]);
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(
        layer,
        factor,
        (weight, at) -> at.kernels().product(factor(at, A1, T1, B1), factor(at, A2, T2, B2)));
  }

  private static NDArray factor(Formula.Reading at, LoraPart a, LoraPart t, LoraPart b)
      throws IOException {
    AlgebraKernels kernels = at.kernels();
    return at.layer().has(t)
        ? kernels.tucker(kernels.transposed(at.read(a)), at.read(t), at.read(b))
        : kernels.lowRank(at.read(a), at.read(b));
  }
}
