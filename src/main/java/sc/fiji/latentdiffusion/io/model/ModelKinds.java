/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.plugins.Plugins;

/** All kinds of models: every plugin of a type below {@link ModelKind}. */
public final class ModelKinds {

  private static final List<Plugins.Entry<ModelKind>> ENTRIES =
      Plugins.of(ModelKind.class).stream()
          .sorted(Comparator.comparing(entry -> entry.annotation().label()))
          .toList();

  private static final List<ModelKind> ALL = ENTRIES.stream().map(Plugins.Entry::instance).toList();

  /** The file with the settings of a component of unknown role. */
  private static final String CONFIG = "config.json";

  private ModelKinds() {}

  /** Returns all of them, in the order of their labels. */
  public static List<ModelKind> all() {
    return ALL;
  }

  /** Returns the label of a kind, in words that users know. */
  public static String label(ModelKind kind) {
    return ENTRIES.get(ALL.indexOf(kind)).annotation().label();
  }

  /** Returns the labels of all of them, for messages. */
  public static String labels() {
    return ALL.stream().map(ModelKinds::label).collect(Collectors.joining("; "));
  }

  /** Returns the kind of a model, if it is of a known one. */
  public static Optional<ModelKind> of(Model model) {
    return ALL.stream().filter(kind -> kind.fits(model)).findFirst();
  }

  /**
   * Returns the layout of a folder without {@code model_index.json}, if a kind knows it.
   *
   * @throws IOException as {@link ModelKind#layout}
   */
  static Optional<FolderLayout> layout(FolderLayout.Contents folder) throws IOException {
    for (ModelKind kind : ALL) {
      Optional<FolderLayout> layout = kind.layout(folder);
      if (layout.isPresent()) return layout;
    }
    return Optional.empty();
  }

  /** Returns the components of a model's kind, or of all kinds if it is of none of them. */
  static List<Component> components(Model model) {
    return of(model).map(ModelKind::components).orElseGet(ModelKinds::components);
  }

  private static List<Component> components() {
    List<Component> components = new ArrayList<>();
    ALL.forEach(kind -> components.addAll(kind.components()));
    return components;
  }

  /** Returns the name of the file with a component's settings. */
  static String configName(Model model, String name) {
    return configName(components(model), name);
  }

  /** Returns the name of the file with the settings of a component of this name in any kind. */
  static String configName(String name) {
    return configName(components(), name);
  }

  private static String configName(List<Component> known, String name) {
    return known.stream()
        .filter(component -> component.name().equals(name))
        .map(component -> component.role().configName())
        .findFirst()
        .orElse(CONFIG);
  }

  /** Returns the names that components of a role have, in any kind. */
  static Set<String> names(Role role) {
    return components().stream()
        .filter(component -> component.role() == role)
        .map(Component::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
