/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.kinds.TensorKind;
import sc.fiji.latentdiffusion.models.unet.UNetNames;

/** Tells by the names of its tensors why a single file is no whole model. */
final class FileKind {

  private static final String GIVE =
      "; give a whole Stable Diffusion checkpoint (U-Net, VAE and text encoder in one file), or a"
          + " folder in diffusers' layout";

  /** Kinds that are parts of a model: the missing parts are named. */
  private static final String PARTS = UNetNames.PREFIX + "input_blocks.";

  private static final Pattern SCALES =
      Pattern.compile("^scaled_fp8$|\\.(scale_(weight|input)|(weight|input)_scale)$");

  private FileKind() {}

  /**
   * Says why a file is no whole model.
   *
   * @param names of its tensors
   * @return the text after the file's name in a message; empty if it is a whole model
   */
  static Optional<String> problem(Set<String> names) {
    boolean isTransformer = TensorKind.SD3.isIn(names) || TensorKind.FLUX.isIn(names);
    boolean isOther = isTransformer && lacks(names, PARTS);
    if (isOther) return Optional.empty(); // its layout tells
    Optional<String> other = isWhole(names) ? changed(names) : other(names);
    if (other.isPresent() || isWhole(names)) return other;
    if (lacks(names, UNetNames.PREFIX + "input_blocks.")) {
      return Optional.of(
          "is no model of a known layout: expected tensors named "
              + UNetNames.PREFIX
              + "input_blocks.…, found "
              + some(names)
              + GIVE);
    }
    if (lacks(names, OriginalLayout.VAE)) {
      return lacking("VAE", OriginalLayout.VAE).map(text -> text + "; or name a VAE in vae");
    }
    return lacking("text encoder", "cond_stage_model.… or conditioner.embedders.");
  }

  /** Whatever lies beside it. */
  private static boolean isWhole(Set<String> names) {
    return !lacks(names, PARTS)
        && !lacks(names, OriginalLayout.VAE)
        && OriginalLayout.byTextEncoders(names).isPresent();
  }

  /** Tensors beside a whole model by which its weights mean something else. */
  private static Optional<String> changed(Set<String> names) {
    if (names.contains("edm_mean") || names.contains("edm_std")) {
      return Optional.of("is Playground 2.5, which is not supported; choose another model");
    }
    List<String> scales = names.stream().filter(SCALES.asPredicate()).toList();
    if (scales.isEmpty()) return Optional.empty();
    return Optional.of(
        "holds weights in float8 with scales ("
            + scales.get(0)
            + " and "
            + (scales.size() - 1)
            + " more), which are not supported; take the model's float16 or float32 file");
  }

  private static Optional<String> other(Set<String> names) {
    Optional<TensorKind> kind = TensorKind.of(names);
    boolean part = kind.isPresent() && !lacks(names, PARTS) && isPart(kind.get());
    if (kind.isEmpty() || part || kind.get().equals(TensorKind.UNET)) return Optional.empty();
    return Optional.of(kind.get().insteadOf("a model") + GIVE);
  }

  private static boolean isPart(TensorKind kind) {
    return kind.use().isEmpty() || kind.equals(TensorKind.VAE);
  }

  private static boolean lacks(Set<String> names, String beginning) {
    return names.stream().noneMatch(name -> name.startsWith(beginning));
  }

  private static Optional<String> lacking(String part, String names) {
    return Optional.of("has a U-Net but no " + part + " (tensors named " + names + "…)" + GIVE);
  }

  private static String some(Set<String> names) {
    List<String> first = names.stream().limit(3).toList();
    return String.join(", ", first) + (names.size() > 3 ? ", …" : "");
  }
}
