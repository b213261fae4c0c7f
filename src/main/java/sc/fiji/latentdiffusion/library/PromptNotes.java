/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.KnownWords;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;

/** Notes on the prompts of a request, which a model may read in another way than the user means. */
public final class PromptNotes {

  private PromptNotes() {}

  /**
   * Returns all notes. No network is loaded.
   *
   * @param request with the prompts, the model and its add-ons
   * @param modelsFolder where models are found by name
   * @throws IOException if the model or an add-on can't be found or read
   */
  public static List<String> of(Request request, Path modelsFolder) throws IOException {
    Model model = Model.find(request.names(), modelsFolder);
    List<String> notes = new ArrayList<>(signs(model, request.prompting()));
    Optional<KnownWords> known = model.words();
    Optional<List<String>> added =
        known.isEmpty() ? Optional.empty() : request.addOns().words(modelsFolder);
    if (added.isPresent()) {
      Set<String> unknown = new LinkedHashSet<>();
      for (PromptTokenizer tokenizer : Families.of(model).tokenizers(model)) {
        for (Prompt prompt : prompts(request.prompting())) {
          unknown.addAll(known.get().unknown(tokenizer.words(prompt), added.get()));
        }
      }
      if (!unknown.isEmpty()) notes.add(unknown(model, known.get(), unknown));
    }
    return List.copyOf(notes);
  }

  private static String unknown(Model model, KnownWords known, Set<String> words) {
    String name = model.builtIn().map(BuiltIn::title).orElse("model " + model.name());
    boolean inHelp = model.builtIn().equals(Optional.of(BuiltIn.DRAWING));
    return "The "
        + name
        + " does not know: "
        + String.join(", ", words)
        + (inHelp ? ". Help lists its words." : ". It knows " + known.summary() + ".");
  }

  /**
   * Returns notes on signs that other programs read as more than words.
   *
   * @throws IOException if the model belongs to no family
   */
  public static List<String> signs(Model model, Prompting prompting) throws IOException {
    Set<String> notes = new LinkedHashSet<>(prompting.pastedNotes());
    for (PromptTokenizer tokenizer : Families.of(model).tokenizers(model)) {
      for (Prompt prompt : prompts(prompting)) notes.addAll(tokenizer.notes(prompt));
    }
    return List.copyOf(notes);
  }

  private static List<Prompt> prompts(Prompting prompting) {
    return List.of(prompting.of(prompting.prompt()), prompting.of(prompting.negative()));
  }
}
