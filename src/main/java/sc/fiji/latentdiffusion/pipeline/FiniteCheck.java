/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.Kind;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;

/**
 * Refuses numbers beyond a precision's range, which would show as black. The message names what the
 * user gave that may have made them, what is far beyond its usual values before anything else.
 */
public final class FiniteCheck {

  /** Above these, guidance and weights are far beyond their usual values. */
  private static final double USUAL_GUIDANCE = 100;

  private static final double USUAL_WEIGHT = 20;

  private FiniteCheck() {}

  /**
   * Checks a picture.
   *
   * @param model that made it
   * @param request of the run; empty for latents that were given
   * @return the array
   * @throws IllegalStateException if not all of it is finite, saying what to do
   */
  static NDArray picture(NDArray picture, Optional<Request> request, LatentDiffusion model) {
    if (isFinite(picture, model)) return picture;
    boolean mostPrecise = model.precision().equals("float32");
    String broken = ": the latents are too large, or the model's VAE is broken.";
    throw new IllegalStateException(
        "The decoded picture holds numbers that are not finite in "
            + model.precision()
            + request
                .map(run -> cause(run, mostPrecise, model.tokenizers()))
                .orElse(mostPrecise ? broken : ". Choose precision=float32."));
  }

  /**
   * Checks the latents of a run.
   *
   * @param request of the run
   * @param model that made them
   * @return the array
   * @throws IllegalStateException if not all of it is finite, naming what may have made them so
   */
  public static NDArray latents(NDArray latents, Request request, LatentDiffusion model) {
    if (isFinite(latents, model)) return latents;
    throw new IllegalStateException(
        "The latents hold numbers that are not finite in "
            + model.precision()
            + cause(request, model.precision().equals("float32"), model.tokenizers()));
  }

  private static boolean isFinite(NDArray array, LatentDiffusion model) {
    return model.networks().kernels().tensors().isFinite(array);
  }

  /** What is said behind the finding. */
  static String cause(Request request, boolean mostPrecise, List<PromptTokenizer> tokenizers) {
    List<String> unusual = unusual(request);
    unusual.addAll(unusualWeights(request.prompting(), tokenizers));
    if (!unusual.isEmpty()) {
      return ": "
          + String.join(" and ", unusual)
          + (unusual.size() == 1 ? " is" : " are")
          + " far beyond usual values. Choose less.";
    }
    if (!mostPrecise) return ". Choose precision=float32.";
    List<String> given = given(request.addOns());
    if (given.isEmpty()) return ": the model or its scheduler's config is broken.";
    return ". The run used "
        + String.join(", ", given)
        + ". Leave it out to see whether it is broken; else the model or its scheduler's config"
        + " is.";
  }

  private static List<String> unusual(Request request) {
    List<String> unusual = new ArrayList<>();
    double guidance = request.guidance().largest();
    if (Math.abs(guidance) > USUAL_GUIDANCE) unusual.add("guidance=" + guidance);
    for (Kind kind : AddOns.kinds()) {
      for (Entry entry : request.addOns().entries(kind.key())) {
        if (Math.abs(entry.weight()) <= USUAL_WEIGHT) continue;
        unusual.add("the weight " + entry.weight() + " of the " + named(kind, entry));
      }
    }
    return unusual;
  }

  private static Set<String> unusualWeights(Prompting prompting, List<PromptTokenizer> tokenizers) {
    Set<String> unusual = new LinkedHashSet<>();
    for (PromptTokenizer tokenizer : tokenizers) {
      for (String text : List.of(prompting.prompt(), prompting.negative())) {
        unusual.addAll(tokenizer.unusualWeights(prompting.of(text)));
      }
    }
    return unusual;
  }

  private static List<String> given(AddOns addOns) {
    List<String> given = new ArrayList<>();
    for (Kind kind : AddOns.kinds()) {
      addOns.entries(kind.key()).forEach(entry -> given.add("the " + named(kind, entry)));
    }
    return given;
  }

  private static String named(Kind kind, Entry entry) {
    return kind.name() + " " + entry.name();
  }
}
