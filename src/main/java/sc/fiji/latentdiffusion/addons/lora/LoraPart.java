/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A tensor that files hold for a layer, by the end of its name.
 *
 * @param name in the naming of kohya's scripts or LyCORIS, for messages
 * @param endings of a tensor's name, each behind one group, the layer's name
 * @param beside the end of another tensor of the layer, without which a name so common is no
 *     adapter's; empty for any
 */
public record LoraPart(String name, List<Pattern> endings, String beside) {

  /** One number that is divided by the rank to scale the change. */
  public static final LoraPart ALPHA = of("alpha", "\\.alpha");

  /** The magnitude of DoRA as LyCORIS writes it: {@code [out, 1, …]} or {@code [1, in, …]}. */
  public static final LoraPart DORA_SCALE = of("dora_scale", "\\.dora_scale");

  /** The magnitude of DoRA as peft writes it: {@code [out]}. */
  public static final LoraPart MAGNITUDE =
      of("lora_magnitude_vector", "\\.lora_magnitude_vector(?:\\.\\w+)??(?:\\.weight)?");

  /** The parts that go with several algebras. */
  static final List<LoraPart> COMMON = List.of(ALPHA, DORA_SCALE, MAGNITUDE);

  private static final String LAYER = "(.+?)";

  /** Keeps an unmodifiable copy. */
  public LoraPart {
    endings = List.copyOf(endings);
  }

  /** A part by its name and the regular expressions of its endings. */
  public static LoraPart of(String name, String... endings) {
    return new LoraPart(
        name, Stream.of(endings).map(ending -> Pattern.compile(LAYER + ending)).toList(), "");
  }

  /** Returns this part of those layers alone that have another tensor, too. */
  public LoraPart beside(String end) {
    return new LoraPart(name, endings, end);
  }

  /**
   * Returns the layer's name if a tensor's name ends as this part's does.
   *
   * @param all names of the file's tensors
   */
  Optional<String> layer(String tensor, Set<String> all) {
    return endings.stream()
        .map(ending -> ending.matcher(tensor))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .filter(layer -> beside.isEmpty() || all.contains(layer + beside))
        .findFirst();
  }

  @Override
  public String toString() {
    return name;
  }
}
