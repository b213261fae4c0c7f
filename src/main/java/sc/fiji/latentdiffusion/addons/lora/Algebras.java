/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.plugins.Plugins;

/** The algebras that are found, and the parts that they read. */
final class Algebras {

  private static final List<Algebra> ALL =
      Plugins.of(Algebra.class).stream()
          .sorted(
              Comparator.comparingDouble(
                      (Plugins.Entry<Algebra> entry) -> -entry.annotation().priority())
                  .thenComparing(entry -> entry.instance().getClass().getName()))
          .map(Plugins.Entry::instance)
          .toList();

  private static final List<LoraPart> PARTS = parts();

  private Algebras() {}

  private static List<LoraPart> parts() {
    List<LoraPart> parts = new ArrayList<>();
    Stream.concat(ALL.stream().flatMap(one -> one.parts().stream()), LoraPart.COMMON.stream())
        .filter(part -> !parts.contains(part))
        .forEach(parts::add);
    return List.copyOf(parts);
  }

  /** Returns the parts of all algebras in their order, then those of several algebras. */
  static List<LoraPart> all() {
    return PARTS;
  }

  /** Returns the algebras with a part of each, for messages. */
  static String examples() {
    return ALL.stream()
        .map(algebra -> algebra.parts().get(0) + " (" + algebra.name() + ")")
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the algebra that reads all tensors of a layer: one for which none is missing, if there
   * is one.
   *
   * @param present the layer's parts without those of several algebras
   */
  static Optional<Algebra> of(LoraLayer layer, Set<LoraPart> present) {
    List<Algebra> reading =
        ALL.stream()
            .filter(algebra -> algebra.parts().containsAll(present) && algebra.reads(layer))
            .toList();
    return reading.stream()
        .filter(algebra -> algebra.missing(present).isEmpty())
        .findFirst()
        .or(() -> reading.stream().findFirst());
  }
}
