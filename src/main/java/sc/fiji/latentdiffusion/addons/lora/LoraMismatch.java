package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * What of a LoRA has no place in a model: most of it if it was made for another family, a key or
 * two if the file is wrong.
 */
final class LoraMismatch {

  private static final Map<Long, String> FAMILIES =
      Map.of(
          768L, "Stable Diffusion 1.x",
          1024L, "Stable Diffusion 2.x",
          1280L, "SDXL's refiner",
          2048L, "SDXL");

  private final LoraFile file;
  private final LoraTargets names;
  private final Set<String> without = new HashSet<>();
  private int count;
  private String first;

  LoraMismatch(LoraFile file, LoraTargets names) {
    this.file = file;
    this.names = names;
  }

  /** Adds what the model has no layer for. */
  void addNameless(String squashed, LoraLayer module) {
    Optional<String> component = LoraTargets.component(squashed);
    component.filter(part -> !names.components().contains(part)).ifPresent(without::add);
    String nearest =
        names.nearest(squashed).map(layer -> "; the nearest is " + text(layer)).orElse("");
    add("the model has no layer \"" + module.name() + "\"" + nearest);
  }

  /** Adds what the model has a layer of another shape for. */
  void addShape(LoraLayer module, LoraTargets.Layer layer, String found) {
    add("for \"" + module.name() + "\" it has " + found + ", but the layer is " + text(layer));
  }

  private void add(String what) {
    count++;
    if (first == null) {
      first = what;
    }
  }

  private static String text(LoraTargets.Layer layer) {
    return layer.component() + "'s " + layer.tensor() + " " + Arrays.toString(layer.shape());
  }

  /**
   * Ends well if there is none.
   *
   * @param modules how many layers the LoRA changes
   * @throws IOException naming the family that it seems to be for, or the key
   */
  void requireNone(int modules) throws IOException {
    if (count == 0) {
      return;
    }
    boolean other = 2 * count > modules || !without.isEmpty();
    throw new IOException(
        file
            + (other ? " is a LoRA for another family" + families() : " does not fit this model")
            + ": "
            + count
            + " of its "
            + modules
            + " layers have no place. First, "
            + first
            + (other
                ? ". Choose a LoRA that was made for this kind of model."
                : ". Choose another LoRA, or download it again."));
  }

  private String families() throws IOException {
    String found = made().map(name -> ", " + name).orElse("");
    return found
        + names
            .conditioned()
            .map(layer -> " (expected one for " + family(layer.shape()[1]) + ")")
            .orElse("");
  }

  /** What the file says of itself, else what its shapes and names show. */
  private Optional<String> made() throws IOException {
    String said = file.metadata().get("modelspec.architecture");
    if (said != null) {
      return Optional.of("as it says, " + said);
    }
    if (without.contains("text_encoder_2")) {
      return Optional.of("SDXL, as it has a second text encoder");
    }
    return width().map(LoraMismatch::family);
  }

  /** Of the prompt's conditioning: what the LoRA's keys of cross-attention take. */
  private Optional<Long> width() {
    return file.tensors().values().stream()
        .filter(tensor -> tensor.name().matches(".*attn2.to_k.*(down|lora_A).*"))
        .map(StoredTensor::shape)
        .filter(shape -> shape.length > 1)
        .map(shape -> shape[1])
        .collect(Collectors.collectingAndThen(Collectors.toList(), w -> w.stream().findFirst()));
  }

  private static String family(long width) {
    String known = FAMILIES.get(width);
    return (known == null ? "" : known + " with ") + "a conditioning of " + width + " numbers";
  }
}
