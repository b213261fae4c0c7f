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
 * GLoRA (Chavan et al. 2023, arXiv:2306.07967) of LyCORIS: {@code Δ = W a₁ a₂ + b₁ b₂}, with bm as
 * a Tucker decomposition of the second term.
 */
@Plugin(type = Algebra.class)
public final class LycorisGlora implements Algebra {

  private static final LoraPart A1 = part("a1");
  private static final LoraPart A2 = part("a2");
  private static final LoraPart B1 = part("b1");
  private static final LoraPart B2 = part("b2");
  private static final LoraPart BM = part("bm");

  private static LoraPart part(String name) {
    return LoraPart.of(name + ".weight", "\\." + name + "\\.weight");
  }

  @Override
  public String name() {
    return "GLoRA";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(A1, A2, B1, B2, BM);
  }

  @Override
  public List<LoraPart> commonParts() {
    return List.of(LoraPart.ALPHA);
  }

  @Override
  public Optional<LoraPart> missing(Set<LoraPart> present) {
    return parts().stream().filter(part -> part != BM && !present.contains(part)).findFirst();
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    long[] a1 = layer.shape(A1);
    long[] a2 = layer.shape(A2);
    long[] b1 = layer.shape(B1);
    long[] b2 = layer.shape(B2);
    boolean pointwise = a1[2] * a1[3] * a2[2] * a2[3] * b1[2] * b1[3] == 1;
    boolean a = a1[1] == a2[0] && a2[0] > 0 && a1[0] == a2[1];
    boolean b = b1[1] == b2[0] && b2[0] > 0 && b2[1] == a1[0];
    if (pointwise && a && b && isCore(layer, b2)) return;
    throw layer.refused(
        "has " + layer.shapes(),
        "expected a1 [in, rank], a2 [rank, in], b1 [out, rank] and b2 [rank, in, …] of a rank of at"
            + " least 1, or b2 [rank, in] with bm [rank, rank, …]");
  }

  private static boolean isCore(LoraLayer layer, long[] b2) throws IOException {
    if (!layer.has(BM)) return true;
    long[] core = layer.shape(BM);
    return core[0] == b2[0] && core[1] == b2[0] && b2[2] * b2[3] == 1;
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1) return false;
    long[] kernel = layer.shape(layer.has(BM) ? BM : B2);
    boolean sides = layer.shape(B1)[0] == weight[0] && layer.shape(A1)[0] == weight[1];
    return sides && kernel[2] == weight[2] && kernel[3] == weight[3];
  }

  @Override
  public double scale(LoraLayer layer, LoraTarget target) throws IOException {
    return layer.scale(target, layer.shape(A2)[0]);
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(
        layer,
        factor,
        (weight, at) -> {
          NDArray mixed = at.kernels().mixedInputs(weight, at.read(A1), at.read(A2));
          NDArray one = at.local().create(1f);
          return at.kernels().affine(mixed, one, added(at));
        });
  }

  private static NDArray added(Formula.Reading at) throws IOException {
    return at.layer().has(BM)
        ? at.kernels().tucker(at.read(B1), at.read(BM), at.read(B2))
        : at.kernels().lowRank(at.read(B1), at.read(B2));
  }
}
