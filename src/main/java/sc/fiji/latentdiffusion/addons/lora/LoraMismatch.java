package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;

/**
 * The tensors of a LoRA that have no place in a model: most of them if it was made for another
 * family, one or two if the file is wrong.
 */
final class LoraMismatch {

  private final LoraFile file;
  private final LoraTargets names;
  private final Declaration model;
  private final Set<String> without = new HashSet<>();
  private int count;
  private String first;

  LoraMismatch(LoraFile file, LoraTargets names, Declaration model) {
    this.file = file;
    this.names = names;
    this.model = model;
  }

  /** Adds what the model has no layer for. */
  void addNameless(String squashed, LoraLayer module) {
    Optional<String> component = names.component(squashed);
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
    int width = model.conditioningWidth();
    return width == 0 ? found : found + " (expected one for " + family(width) + ")";
  }

  /** The family by the file's own words, else by its names and shapes. */
  private Optional<String> made() throws IOException {
    String said = file.metadata().get("modelspec.architecture");
    if (said != null) {
      return Optional.of("as it says, " + said);
    }
    Optional<String> owner = without.stream().sorted().flatMap(LoraMismatch::owner).findFirst();
    return owner.isPresent() ? owner : width().map(LoraMismatch::family);
  }

  /** The family whose models have a component that this model lacks. */
  private static Stream<String> owner(String component) {
    return Families.all().stream()
        .filter(family -> family.components().stream().anyMatch(c -> c.name().equals(component)))
        .map(family -> Families.label(family) + ", as it has layers of " + component);
  }

  /** The width of the conditioning that the LoRA's cross-attention takes. */
  private Optional<Integer> width() {
    return file.tensors().values().stream()
        .filter(tensor -> tensor.name().matches(".*attn2.to_k.*(down|lora_A).*"))
        .map(StoredTensor::shape)
        .filter(shape -> shape.length > 1)
        .map(shape -> (int) shape[1])
        .collect(Collectors.collectingAndThen(Collectors.toList(), w -> w.stream().findFirst()));
  }

  private static String family(int width) {
    String known = Families.kind(width).map(kind -> kind + " with ").orElse("");
    return known + "a conditioning of " + width + " numbers";
  }
}
