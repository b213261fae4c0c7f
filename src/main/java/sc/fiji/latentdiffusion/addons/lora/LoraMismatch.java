/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.Family;

/**
 * The layers of a LoRA that have no place in a model: most of them if it was made for another
 * family, few if the file is damaged.
 */
final class LoraMismatch {

  /** Parts whose second axis is the layer's inputs. */
  private static final List<String> INPUTS = List.of("down", "lora_A", "hada_w1_b");

  private final LoraFile file;
  private final LoraTargets targets;
  private final Declaration model;
  private final Set<String> without = new HashSet<>();
  private int count;
  private String first;

  LoraMismatch(LoraFile file, LoraTargets targets, Declaration model) {
    this.file = file;
    this.targets = targets;
    this.model = model;
  }

  /** Adds a layer that the model lacks. */
  void addNameless(String squashed, LoraLayer layer) {
    Optional<String> component = targets.component(squashed);
    component.filter(part -> !targets.components().contains(part)).ifPresent(without::add);
    String nearest =
        targets.nearest(squashed).map(target -> "; the nearest is " + text(target)).orElse("");
    add("the model has no layer \"" + layer.name() + "\"" + nearest);
  }

  /** Adds a layer that has another shape in the model. */
  void addShape(LoraLayer layer, LoraTarget target) {
    String found = "for \"" + layer.name() + "\" it has " + layer.shapes();
    add(found + ", but the layer is " + text(target));
  }

  private void add(String message) {
    count++;
    if (first == null) first = message;
  }

  private static String text(LoraTarget target) {
    return target.component() + "'s " + target.tensor() + " " + Arrays.toString(target.shape());
  }

  /**
   * Refuses the LoRA if a layer was added.
   *
   * @param total number of layers that the LoRA changes
   * @throws IOException naming the family that the LoRA seems to be for, or the first layer
   */
  void requireNone(int total) throws IOException {
    if (count == 0) {
      return;
    }
    boolean other = 2 * count > total || !without.isEmpty();
    throw new IOException(
        file
            + (other ? " is a LoRA for another family" + families() : " does not fit this model")
            + ": "
            + count
            + " of its "
            + total
            + " layers have no place. First, "
            + first
            + (other
                ? ". Choose a LoRA that was made for this kind of model."
                : ". Choose another LoRA, or download it again."));
  }

  private String families() throws IOException {
    String found = made().map(name -> ", " + name).orElse("");
    return found + " (expected one for " + expected() + ")";
  }

  private String expected() {
    int width = model.conditioningWidth();
    if (width == 0) return model.label();
    return Families.kind(width).orElse(model.label()) + conditioning(width);
  }

  /** The family by the file's own words, else by its names and shapes. */
  private Optional<String> made() throws IOException {
    String said = file.metadata().get("modelspec.architecture");
    if (said != null) {
      return Optional.of("as it says, " + said);
    }
    Optional<String> owner = without.stream().sorted().flatMap(this::owner).findFirst();
    return owner.isPresent() ? owner : width().map(LoraMismatch::family);
  }

  /** The families whose models have a component that this model lacks, those like it first. */
  private Stream<String> owner(String component) {
    return Families.all().stream()
        .filter(family -> names(family).contains(component))
        .sorted(Comparator.comparing(family -> !names(family).containsAll(denoisers())))
        .map(family -> Families.label(family) + ", as it has layers of " + component);
  }

  private List<String> denoisers() {
    return model.components(Role.DENOISER);
  }

  private static List<String> names(Family family) {
    return family.components().stream().map(Component::name).toList();
  }

  /** The width of the conditioning that the LoRA's cross-attention takes. */
  private Optional<Integer> width() {
    return file.tensors().values().stream()
        .filter(tensor -> readsPrompts(tensor.name()))
        .map(StoredTensor::shape)
        .filter(shape -> shape.length > 1)
        .map(shape -> (int) shape[1])
        .collect(Collectors.collectingAndThen(Collectors.toList(), w -> w.stream().findFirst()));
  }

  private static String family(int width) {
    return Families.kind(width).orElse("one") + conditioning(width);
  }

  private static String conditioning(int width) {
    return " with a conditioning of " + width + " numbers";
  }

  private static boolean readsPrompts(String name) {
    int at = name.indexOf("attn2");
    String rest = at < 0 ? "" : name.substring(at);
    return (rest.startsWith("attn2.to_k") || rest.startsWith("attn2_to_k"))
        && INPUTS.stream().anyMatch(rest::contains);
  }
}
