/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.WeightChange;

/** The tensors of a LoRA for one layer, and the algebra that reads them. */
public final class LoraLayer {

  private static final int AXES = 4;

  private final LoraFile file;
  private final String name;
  private final Map<LoraPart, StoredTensor> tensors = new LinkedHashMap<>();
  private final PeftSettings settings;
  private Algebra algebra;

  /**
   * A layer without tensors.
   *
   * @param name of the layer in the file
   * @param settings of the file
   */
  LoraLayer(LoraFile file, String name, PeftSettings settings) {
    this.file = file;
    this.name = name;
    this.settings = settings;
  }

  /** Returns the layer's name in the file. */
  public String name() {
    return name;
  }

  /** Returns the file, for messages: "the LoRA face.safetensors". */
  public String source() {
    return "the LoRA " + file;
  }

  /** Returns what peft's settings say, which are empty for other files. */
  public PeftSettings settings() {
    return settings;
  }

  void add(LoraPart part, StoredTensor tensor) throws IOException {
    StoredTensor other = tensors.put(part, tensor);
    if (other != null) {
      throw refused(
          "has " + part + " twice, as " + other.name() + " and " + tensor.name(), "expected one");
    }
  }

  /** Returns whether the file has a part. */
  public boolean has(LoraPart part) {
    return tensors.containsKey(part);
  }

  /** Returns the tensor of a part that the file has. */
  public StoredTensor tensor(LoraPart part) {
    return tensors.get(part);
  }

  /**
   * Returns the shape of a part that the file has.
   *
   * @return 4 dimensions, the last two being 1 for a matrix
   * @throws IOException if it has neither 2 nor 4 dimensions
   */
  public long[] shape(LoraPart part) throws IOException {
    long[] found = tensors.get(part).shape();
    if (found.length != 2 && found.length != AXES) {
      throw refused("has " + shapes(), "expected " + part + " with 2 or 4 dimensions");
    }
    return filledUp(found);
  }

  private static long[] filledUp(long[] shape) {
    return IntStream.range(0, AXES).mapToLong(i -> i < shape.length ? shape[i] : 1).toArray();
  }

  /**
   * Finds the algebra and checks that the tensors fit one another.
   *
   * @throws IOException if one is missing, their shapes do not agree, or no algebra reads them
   */
  void requireWhole() throws IOException {
    Set<LoraPart> present = new HashSet<>(tensors.keySet());
    LoraPart.COMMON.forEach(present::remove);
    algebra =
        Algebras.of(this, present)
            .orElseThrow(() -> refused("has " + names(), "expected the tensors of one algebra"));
    Optional<LoraPart> missing = algebra.missing(present);
    if (missing.isPresent()) throw refused("has " + names(), missing.get() + " is missing");
    requireCommonParts();
    algebra.requireFittingParts(this);
  }

  private void requireCommonParts() throws IOException {
    for (LoraPart part : LoraPart.COMMON) {
      if (has(part) && !algebra.commonParts().contains(part)) {
        throw refused("has " + names(), "expected " + algebra.name() + " without " + part);
      }
    }
    if (has(LoraPart.DORA_SCALE) && has(LoraPart.MAGNITUDE)) {
      throw refused("has dora_scale and lora_magnitude_vector", "expected one of them");
    }
  }

  private String names() {
    return Algebras.all().stream().filter(this::has).toList().toString();
  }

  /** Returns whether the tensors are for the layer's weight, or for several layers' as one. */
  boolean fits(LoraTarget target) throws IOException {
    long[] weight = target.shape();
    if (weight.length > AXES) return false;
    if (target.isPart() && !(algebra.isFreeOfWeight() && magnitude() == null)) return false;
    return algebra.fits(this, weight.length == 1 ? weight : filledUp(weight));
  }

  /**
   * Makes the change of a layer's weight that the tensors fit.
   *
   * @param weight of the LoRA
   * @throws IOException if alpha or the magnitude is not valid
   */
  WeightChange change(LoraTarget target, double weight) throws IOException {
    double scale = scale(target, weight);
    StoredTensor magnitude = magnitude();
    WeightChange change =
        magnitude == null
            ? algebra.change(this, target, scale * weight)
            : new DoraChange(
                algebra.change(this, target, scale),
                magnitude,
                axis(magnitude, target.shape()),
                weight);
    if (target.isPart()) return new RowsChange(change, target.firstRow(), target.rows());
    return target.isTransposed() ? new TransposedChange(change) : change;
  }

  private StoredTensor magnitude() {
    return tensors.getOrDefault(LoraPart.DORA_SCALE, tensors.get(LoraPart.MAGNITUDE));
  }

  /**
   * Makes the change of the layer's bias, if there is one.
   *
   * @param weight of the LoRA
   * @throws IOException if the layer has no such bias
   */
  Optional<WeightChange> biasChange(LoraTarget target, double weight) throws IOException {
    return algebra.biasChange(this, target, scale(target, weight) * weight);
  }

  private double scale(LoraTarget target, double weight) throws IOException {
    double scale = algebra.scale(this, target);
    requireFloat(scale);
    requireFloat(scale * weight);
    return scale;
  }

  /**
   * Returns alpha / rank.
   *
   * @param target by whose name peft's settings may say alpha
   * @throws IOException if alpha is not a finite number
   */
  public double scale(LoraTarget target, long rank) throws IOException {
    return has(LoraPart.ALPHA) ? alpha(rank) / rank : settings.scale(target, rank);
  }

  /**
   * Returns the number of the layer's tensor alpha.
   *
   * @param dflt where it has none
   * @throws IOException if it is not a finite number
   */
  public double alpha(double dflt) throws IOException {
    if (!has(LoraPart.ALPHA)) return dflt;
    double alpha = file.number(tensors.get(LoraPart.ALPHA).name());
    if (Double.isFinite(alpha)) return alpha;
    throw refused("has alpha = " + alpha, "expected a finite number");
  }

  /** Runs reckon in float32. */
  private void requireFloat(double scale) throws IOException {
    if (Math.abs(scale) <= Float.MAX_VALUE) return;
    throw refused("has the scale " + scale, "expected one that float32 can hold");
  }

  /** LyCORIS has {@code [1, in, 1, 1]} or {@code [out, 1, 1, 1]}; peft has outputs alone. */
  private int axis(StoredTensor magnitude, long[] target) throws IOException {
    long[] found = magnitude.shape();
    long[] weight = filledUp(target);
    boolean inputs =
        has(LoraPart.DORA_SCALE) && found.length > 1 && found[0] == 1 && weight[0] != 1;
    int axis = inputs ? 1 : 0;
    if (magnitude.elements() != weight[axis]) {
      throw refused(
          "has " + shapes(),
          "expected a magnitude for each of "
              + weight[0]
              + " outputs or, as [1, in], of "
              + weight[1]
              + " inputs");
    }
    return axis;
  }

  /** Returns the parts with their shapes, without alpha. */
  public String shapes() {
    return Algebras.all().stream()
        .filter(part -> has(part) && !part.equals(LoraPart.ALPHA))
        .map(part -> part + " " + Arrays.toString(tensor(part).shape()))
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the exception for tensors that are not valid.
   *
   * @param found the wrong thing, for example "has alpha = NaN"
   * @param expected instead
   */
  public IOException refused(String found, String expected) {
    return new IOException(
        file
            + ": the layer \""
            + name
            + "\" "
            + found
            + "; "
            + expected
            + ". Copy or download the LoRA again, or choose another.");
  }
}
