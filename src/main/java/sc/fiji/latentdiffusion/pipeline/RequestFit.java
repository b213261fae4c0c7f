/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.Optional;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.prompts.TokenRows;
import sc.fiji.latentdiffusion.settings.KeyCheck;

/**
 * What of a request a denoiser takes beside latents and timestep: checks that the request has it
 * and no more, and makes of it what the denoiser is given.
 */
final class RequestFit {

  private RequestFit() {}

  /**
   * Checks that a request has what a denoiser takes: a class if it knows classes, and no words if
   * it takes none.
   *
   * @return the request, without the words of commands that are given none
   * @throws IllegalArgumentException if not; the message says what to give or leave out
   */
  static Request fitted(Request request, LatentDiffusion model) {
    requireImageScale(request.guidance(), model.isGuidedByImage());
    return fitted(request, model.networks().denoiser().takes());
  }

  /** As {@link #fitted(Request, LatentDiffusion)}, without regard to an image that it sees. */
  static Request fitted(Request request, Takes takes) {
    requireClass(request.prompting().label(), takes.classes());
    requireRows(request.prompting().rows(), takes.rowWidth());
    if (takes.guidance().isOneHalf()) requireOneHalf(request.guidance());
    else requireNoTrueScale(request.guidance());
    if (takes.prompts()) return request.withGuidance(request.guidance().withForm(takes.guidance()));
    Prompting words = request.prompting().withoutExample();
    requireNone("prompt", words.prompt());
    requireNone("negative", words.negative());
    requireDefault(request.guidance());
    return request.withPrompting(words);
  }

  /** The image has a scale of its own, so the other formulas do not say how to join three parts. */
  private static void requireImageScale(GuidanceOptions found, boolean isGuidedByImage) {
    if (!isGuidedByImage) {
      String usual = GuidanceOptions.IMAGE + " (its default), as only InstructPix2Pix takes it";
      KeyCheck.require(
          found.image() == GuidanceOptions.IMAGE, "imageguidance", usual, found.image());
    } else {
      String why = "cfg, as the model is guided by the image, too (imageguidance)";
      boolean isPlain = found.guide() instanceof Guide.ClassifierFree;
      KeyCheck.require(isPlain, "guide", why, found.guide().name());
    }
  }

  private static void requireDefault(GuidanceOptions found) {
    GuidanceOptions usual = GuidanceOptions.DEFAULT;
    String why = " (its default), as the model takes no words to be guided by";
    KeyCheck.require(
        found.scales().equals(usual.scales()), "guidance", usual.text() + why, found.text());
    requireNoFurther(found, "the model takes no words to be guided by");
  }

  private static void requireOneHalf(GuidanceOptions found) {
    String why = "the model was trained to need one half alone";
    KeyCheck.require(found.scales().size() == 1, "guidance", "one number, as " + why, found.text());
    if (found.trueScale() > 1) return;
    requireNoFurther(found, why + ", unless truecfg is above 1");
  }

  private static void requireNoTrueScale(GuidanceOptions found) {
    String usual = "1 (its default), as guidance joins both halves of this model";
    KeyCheck.require(found.trueScale() == 1, "truecfg", usual, found.trueScale());
  }

  private static void requireNoFurther(GuidanceOptions found, String why) {
    KeyCheck.require(
        found.equals(GuidanceOptions.of(found.largest()).withForm(found.form())),
        "what joins both halves (guidancefrom, guidanceto, guide, rescale)",
        "left out, as " + why,
        "given");
  }

  private static void requireNone(String key, String text) {
    String expected = "empty, as the model takes no words";
    KeyCheck.require(text.isBlank(), key, expected, "\"" + text + "\"");
  }

  private static void requireRows(Optional<TokenRows> rows, int width) {
    String title = rows.map(TokenRows::title).orElse("");
    boolean isNone = rows.isEmpty();
    if (width == 0) {
      KeyCheck.require(isNone, "conditioning", "empty, as the model takes no table", title);
      return;
    }
    String table = "the title of a table of " + width + " columns, whose rows the model takes";
    KeyCheck.require(!isNone, "conditioning", table, "empty");
    int found = rows.get().width();
    KeyCheck.require(found == width, "conditioning", table, title + ", which has " + found);
  }

  private static void requireClass(int label, int classes) {
    boolean isKnown = classes == 0 ? label == -1 : label >= 0 && label < classes;
    String expected =
        classes == 0
            ? "−1, as the model knows no classes"
            : "one that the model knows, 0…" + (classes - 1);
    KeyCheck.require(isKnown, "class", expected, label);
  }

  /** Returns whether a denoiser predicts two halves, which guidance joins. */
  static boolean isGuided(GuidanceOptions options, Takes takes) {
    return options.isOn() && takes.prompts();
  }

  /**
   * Returns a prompt as a run of a request takes it: with the negative one for guidance, else
   * alone.
   */
  static Prompts prompts(String text, Request request, Takes takes) {
    Prompting prompting = request.prompting();
    Prompt prompt = prompting.of(text);
    return isGuided(request.guidance(), takes)
        ? Prompts.of(prompt, prompting.of(prompting.negative()))
        : Prompts.of(prompt);
  }

  /** Returns a note for the user if a run does not use all prompts of its request. */
  static Optional<String> note(Request request, Takes takes) {
    if (!takes.prompts()) return Optional.empty();
    GuidanceOptions guidance = request.guidance().withForm(takes.guidance());
    boolean isUsed = isGuided(guidance, takes);
    if (isUsed || request.prompting().negative().isBlank()) return Optional.empty();
    return Optional.of(
        "The negative prompt is not used: "
            + switch (takes.guidance()) {
              case JOINED -> "guidance is 1 or less.";
              case ADDED -> "guidance is 0.";
              case INPUT, UNUSED ->
                  "the model was trained to need one half alone; truecfg above 1 computes both.";
            });
  }
}
