/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.WeightFormat;

/**
 * Which of a component's weight files to read, by their names: {@code X.safetensors}, then shards
 * by {@code X.safetensors.index.json}, then the same of the {@code fp16} variant, then of any
 * other; X is {@code diffusion_pytorch_model} or {@code model}. Only where there is none, PyTorch's
 * own: {@code X.bin}, its shards and variants; X may be {@code pytorch_model}, too.
 */
public final class WeightNames {

  private static final String STEM = "(diffusion_pytorch_model|model|pytorch_model)";
  private static final Pattern SHARD =
      Pattern.compile("[^/\\\\:\\x00]+" + WeightFormat.pattern(WeightFormat.ofComponents()));
  private static final Pattern BEGIN = Pattern.compile(STEM + "\\..*");
  private static final String ANY = "[A-Za-z]\\w*";

  private WeightNames() {}

  /**
   * Returns the file of weights, or the index of shards, that is read.
   *
   * @param names of the files in a component's folder
   * @param variant that is preferred, {@code fp16} for example; empty for full precision
   */
  public static Optional<String> preferred(List<String> names, String variant) {
    List<String> likely = names.stream().filter(BEGIN.asMatchPredicate()).toList();
    for (String choice : choices(variant)) {
      for (String stem : List.of("diffusion_pytorch_model", "model", "pytorch_model")) {
        for (String name : likely) {
          if (name.matches(stem + choice)) return Optional.of(name);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns whether an index may name a shard so: a file of weights in its own folder. */
  public static boolean isShard(String name) {
    return SHARD.matcher(name).matches();
  }

  /** Returns whether a file of weights, or an index of shards, is of a variant. */
  public static boolean isOf(String name, String variant) {
    return WeightFormat.ofComponents().stream()
        .flatMap(format -> of(format, variant).stream())
        .anyMatch(choice -> name.matches(STEM + choice));
  }

  private static List<String> choices(String variant) {
    List<String> choices = new ArrayList<>();
    for (String format : WeightFormat.ofComponents()) {
      if (!variant.isEmpty()) choices.addAll(of(format, variant));
      choices.add("\\." + format);
      choices.add("\\." + format + "\\.index\\.json");
      choices.addAll(of(format, "fp16"));
      choices.addAll(of(format, ANY));
    }
    return choices;
  }

  private static List<String> of(String format, String variant) {
    return List.of(
        "\\." + variant + "\\." + format,
        "(\\."
            + format
            + "\\.index\\."
            + variant
            + "|\\."
            + variant
            + "\\."
            + format
            + "\\.index)\\.json");
  }
}
