/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
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
 * GLoRA (Chavan et al. 2023, arXiv:2306.07967) of peft, on linear layers: {@code Δ = W ∘ A + B} for
 * the weight and {@code b ∘ D + E + W C} for the bias b. Each of A to E is a product of two
 * matrices, a column, one number, or nothing.
 */
@Plugin(type = Algebra.class)
public final class PeftGlora implements Algebra {

  /** One of A to E: whole, or as the product down · up, or zeros that change nothing. */
  private record Path(LoraPart whole, LoraPart down, LoraPart up, LoraPart zeros) {

    static Path of(char letter) {
      return new Path(
          part(letter, "X"), part(letter, "Xd"), part(letter, "Xu"), part(letter, "zeros"));
    }

    private static LoraPart part(char letter, String tensor) {
      String name = "glora_" + letter;
      return LoraPart.of(name + "." + tensor, "\\." + name + "(?:\\.\\w+)?\\." + tensor);
    }

    List<LoraPart> parts() {
      return List.of(whole, down, up, zeros);
    }

    Optional<LoraPart> missing(Set<LoraPart> present) {
      if (!present.contains(down) && !present.contains(up)) return Optional.empty();
      return present.contains(down)
          ? Optional.of(up).filter(part -> !present.contains(part))
          : Optional.of(down);
    }

    boolean isIn(LoraLayer layer) {
      return layer.has(whole) || layer.has(down);
    }

    /** Returns whether the numbers are one, a column of rows, or rows times columns. */
    boolean fits(LoraLayer layer, long rows, long columns) throws IOException {
      if (!isIn(layer)) return true;
      if (layer.has(whole)) {
        long numbers = layer.tensor(whole).elements();
        return !layer.has(down) && (numbers == 1 || numbers == rows);
      }
      long[] left = layer.shape(down);
      long[] right = layer.shape(up);
      return left[1] == right[0] && left[0] == rows && right[1] == columns;
    }

    /**
     * @param column whether a column stands upright, as in the weight
     */
    NDArray read(Formula.Reading at, boolean column) throws IOException {
      if (!isIn(at.layer())) return at.local().create(0f);
      NDArray read = at.product(whole, down, up);
      if (!at.layer().has(whole)) return read;
      return column ? read.reshape(-1, 1) : read.reshape(-1);
    }
  }

  private static final Path A = Path.of('A');
  private static final Path B = Path.of('B');
  private static final Path C = Path.of('C');
  private static final Path D = Path.of('D');
  private static final Path E = Path.of('E');
  private static final List<Path> ALL = List.of(A, B, C, D, E);

  @Override
  public String name() {
    return "GLoRA of peft";
  }

  @Override
  public List<LoraPart> parts() {
    List<LoraPart> parts = new ArrayList<>();
    ALL.forEach(path -> parts.addAll(path.parts()));
    return parts;
  }

  @Override
  public List<LoraPart> commonParts() {
    return List.of();
  }

  @Override
  public Optional<LoraPart> missing(Set<LoraPart> present) {
    if (present.isEmpty()) return Optional.of(A.whole());
    return ALL.stream().flatMap(path -> path.missing(present).stream()).findFirst();
  }

  /** The layer says what fits. */
  @Override
  public void requireFittingParts(LoraLayer layer) {}

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1 || weight[2] * weight[3] != 1) return false;
    for (Path path : List.of(A, B)) {
      if (!path.fits(layer, weight[0], weight[1])) return false;
    }
    return C.fits(layer, weight[1], 1)
        && D.fits(layer, weight[0], 1)
        && E.fits(layer, weight[0], 1);
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(
        layer,
        factor,
        (weight, at) ->
            at.kernels()
                .affine(
                    weight.reshape(weight.getShape().get(0), -1),
                    A.read(at, true),
                    B.read(at, true)));
  }

  @Override
  public Optional<WeightChange> biasChange(LoraLayer layer, LoraTarget target, double factor)
      throws IOException {
    if (List.of(C, D, E).stream().noneMatch(path -> path.isIn(layer))) return Optional.empty();
    if (target.bias().isEmpty()) {
      throw layer.refused(
          "has " + layer.shapes(), "expected no C, D or E for a layer without bias");
    }
    return Optional.of(new Formula(layer, factor, (bias, at) -> biasDelta(target, bias, at)));
  }

  private static NDArray biasDelta(LoraTarget target, NDArray bias, Formula.Reading at)
      throws IOException {
    NDArray scaled = at.kernels().affine(bias, D.read(at, false), E.read(at, false));
    if (!C.isIn(at.layer())) return scaled;
    NDArray moved = at.kernels().column(at.read(target.weight()), C.read(at, true));
    return at.kernels().affine(scaled, at.local().create(1f), moved);
  }
}
