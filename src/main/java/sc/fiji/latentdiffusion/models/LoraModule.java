package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.io.LoraFile;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.LowRank;

/** The tensors that a LoRA has for one layer, and whether they fit each other and the layer. */
final class LoraModule {

  private final LoraFile file;
  private final String name;
  private final Map<LoraKey.Part, StoredTensor> parts = new EnumMap<>(LoraKey.Part.class);

  /**
   * @param name of the layer as the file has it
   */
  LoraModule(LoraFile file, String name) {
    this.file = file;
    this.name = name;
  }

  /** Returns the layer's name as the file has it. */
  String name() {
    return name;
  }

  void add(LoraKey.Part part, StoredTensor tensor) throws IOException {
    StoredTensor other = parts.put(part, tensor);
    if (other != null) {
      throw refused(
          "has " + part + " twice, as " + other.name() + " and " + tensor.name(), "expected one");
    }
  }

  /**
   * Proves that the tensors fit each other.
   *
   * @throws IOException if one is missing, or their shapes do not agree
   */
  void requireWhole() throws IOException {
    require(LoraKey.Part.DOWN);
    require(LoraKey.Part.UP);
    if (has(LoraKey.Part.DORA_SCALE) && has(LoraKey.Part.MAGNITUDE)) {
      throw refused("has dora_scale and lora_magnitude_vector", "expected one of them");
    }
    long[] down = four(LoraKey.Part.DOWN);
    long[] up = four(LoraKey.Part.UP);
    long[] mid = has(LoraKey.Part.MID) ? four(LoraKey.Part.MID) : null;
    boolean small = up[2] * up[3] == 1 && (mid == null || down[2] * down[3] == 1);
    boolean chained = mid == null ? up[1] == down[0] : up[1] == mid[0] && mid[1] == down[0];
    if (down[0] < 1 || !small || !chained) {
      throw refused(
          "has " + shapes(),
          "expected down [rank, in, …], up [out, rank] and, if any, mid [rank, rank, …] of one"
              + " rank of at least 1");
    }
  }

  private void require(LoraKey.Part part) throws IOException {
    if (!has(part)) {
      throw refused("has " + parts.keySet(), part + " is missing");
    }
  }

  private boolean has(LoraKey.Part part) {
    return parts.containsKey(part);
  }

  /** The shape {@code [out, in, kh, kw]} of the change; 1 for what a linear layer has not. */
  private long[] change() throws IOException {
    long[] kernel = four(has(LoraKey.Part.MID) ? LoraKey.Part.MID : LoraKey.Part.DOWN);
    return new long[] {four(LoraKey.Part.UP)[0], four(LoraKey.Part.DOWN)[1], kernel[2], kernel[3]};
  }

  private long[] four(LoraKey.Part part) throws IOException {
    long[] shape = parts.get(part).shape();
    if (shape.length != 2 && shape.length != 4) {
      throw refused("has " + shapes(), "expected " + part + " with 2 or 4 dimensions");
    }
    return four(shape);
  }

  private static long[] four(long[] shape) {
    return IntStream.range(0, 4).mapToLong(i -> i < shape.length ? shape[i] : 1).toArray();
  }

  /**
   * Says what does not fit a layer.
   *
   * @return what the LoRA has for it, or empty if it fits
   */
  Optional<String> misfit(LayerNames.Layer layer) throws IOException {
    long[] weight = layer.shape();
    boolean fits = weight.length <= 4 && Arrays.equals(change(), four(weight));
    return fits ? Optional.empty() : Optional.of(shapes());
  }

  /**
   * Makes the change to a layer that the module fits.
   *
   * @param scaling alpha / rank where the file has no alpha
   * @param weight how much of it
   * @throws IOException if alpha or the magnitude is not right
   */
  LowRank lowRank(LayerNames.Layer layer, PeftScaling scaling, double weight) throws IOException {
    StoredTensor magnitude =
        parts.getOrDefault(LoraKey.Part.DORA_SCALE, parts.get(LoraKey.Part.MAGNITUDE));
    return new LowRank(
        parts.get(LoraKey.Part.DOWN),
        parts.get(LoraKey.Part.UP),
        parts.get(LoraKey.Part.MID),
        magnitude,
        magnitude == null ? 0 : axis(magnitude, layer.shape()),
        scale(layer, scaling),
        weight,
        layer.isTransposed());
  }

  private double scale(LayerNames.Layer layer, PeftScaling scaling) throws IOException {
    long rank = parts.get(LoraKey.Part.DOWN).shape()[0];
    if (!has(LoraKey.Part.ALPHA)) {
      return scaling.of(layer.component(), layer.tensor(), rank);
    }
    double alpha = file.number(parts.get(LoraKey.Part.ALPHA).name());
    if (!Double.isFinite(alpha)) {
      throw refused("has alpha = " + alpha, "expected a finite number");
    }
    return alpha / rank;
  }

  /** LyCORIS has {@code [1, in, 1, 1]} or {@code [out, 1, 1, 1]}, peft outputs alone. */
  private int axis(StoredTensor magnitude, long[] weight) throws IOException {
    long[] shape = magnitude.shape();
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    boolean inputs =
        has(LoraKey.Part.DORA_SCALE) && shape.length > 1 && shape[0] == 1 && weight[0] != 1;
    int axis = inputs ? 1 : 0;
    if (count != weight[axis]) {
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

  private String shapes() {
    StringBuilder text = new StringBuilder();
    parts.forEach(
        (part, tensor) -> {
          if (part != LoraKey.Part.ALPHA) {
            text.append(text.isEmpty() ? "" : ", ").append(part).append(' ');
            text.append(Arrays.toString(tensor.shape()));
          }
        });
    return text.toString();
  }

  private IOException refused(String found, String expected) {
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
