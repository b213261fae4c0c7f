package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.io.StoredTensor;

/** The tensors that a LoRA has for one layer, and whether they fit each other and the layer. */
final class LoraLayer {

  private final LoraFile file;
  private final String name;
  private final Map<LoraTensorName.Part, StoredTensor> parts =
      new EnumMap<>(LoraTensorName.Part.class);

  /**
   * @param name of the layer as the file has it
   */
  LoraLayer(LoraFile file, String name) {
    this.file = file;
    this.name = name;
  }

  /** Returns the layer's name as the file has it. */
  String name() {
    return name;
  }

  void add(LoraTensorName.Part part, StoredTensor tensor) throws IOException {
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
    require(LoraTensorName.Part.DOWN);
    require(LoraTensorName.Part.UP);
    if (has(LoraTensorName.Part.DORA_SCALE) && has(LoraTensorName.Part.MAGNITUDE)) {
      throw refused("has dora_scale and lora_magnitude_vector", "expected one of them");
    }
    long[] down = four(LoraTensorName.Part.DOWN);
    long[] up = four(LoraTensorName.Part.UP);
    long[] mid = has(LoraTensorName.Part.MID) ? four(LoraTensorName.Part.MID) : null;
    boolean small = up[2] * up[3] == 1 && (mid == null || down[2] * down[3] == 1);
    boolean chained = mid == null ? up[1] == down[0] : up[1] == mid[0] && mid[1] == down[0];
    if (down[0] < 1 || !small || !chained) {
      throw refused(
          "has " + shapes(),
          "expected down [rank, in, …], up [out, rank] and, if any, mid [rank, rank, …] of one"
              + " rank of at least 1");
    }
  }

  private void require(LoraTensorName.Part part) throws IOException {
    if (!has(part)) {
      throw refused("has " + parts.keySet(), part + " is missing");
    }
  }

  private boolean has(LoraTensorName.Part part) {
    return parts.containsKey(part);
  }

  /** The shape {@code [out, in, kh, kw]} of the change; 1 for what a linear layer has not. */
  private long[] change() throws IOException {
    long[] kernel =
        four(has(LoraTensorName.Part.MID) ? LoraTensorName.Part.MID : LoraTensorName.Part.DOWN);
    return new long[] {
      four(LoraTensorName.Part.UP)[0], four(LoraTensorName.Part.DOWN)[1], kernel[2], kernel[3]
    };
  }

  private long[] four(LoraTensorName.Part part) throws IOException {
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
  Optional<String> misfit(LoraTargets.Layer layer) throws IOException {
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
  LowRankChange lowRank(LoraTargets.Layer layer, PeftScaling scaling, double weight)
      throws IOException {
    StoredTensor magnitude =
        parts.getOrDefault(
            LoraTensorName.Part.DORA_SCALE, parts.get(LoraTensorName.Part.MAGNITUDE));
    return new LowRankChange(
        parts.get(LoraTensorName.Part.DOWN),
        parts.get(LoraTensorName.Part.UP),
        parts.get(LoraTensorName.Part.MID),
        magnitude,
        magnitude == null ? 0 : axis(magnitude, layer.shape()),
        scale(layer, scaling),
        weight,
        layer.isTransposed());
  }

  private double scale(LoraTargets.Layer layer, PeftScaling scaling) throws IOException {
    long rank = parts.get(LoraTensorName.Part.DOWN).shape()[0];
    if (!has(LoraTensorName.Part.ALPHA)) {
      return scaling.of(layer.component(), layer.tensor(), rank);
    }
    double alpha = file.number(parts.get(LoraTensorName.Part.ALPHA).name());
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
        has(LoraTensorName.Part.DORA_SCALE) && shape.length > 1 && shape[0] == 1 && weight[0] != 1;
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
          if (part != LoraTensorName.Part.ALPHA) {
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
