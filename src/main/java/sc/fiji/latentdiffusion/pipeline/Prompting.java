/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.PromptTags;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.TokenRows;
import sc.fiji.latentdiffusion.settings.KeyCheck;

/**
 * The prompts, and how they are read.
 *
 * @param prompt the things that should be seen
 * @param negative the things that should not be seen
 * @param clipSkip the layer of the text encoder, counted from the last that the family uses, whose
 *     state is taken; 1 for the last
 * @param weighting whether brackets weight words, {@code (word:1.2)}, {@code ((word))}, {@code
 *     [word]}, and BREAK begins a new block of tokens
 * @param label the number of the class that is drawn, for models with classes instead of words; −1
 *     for none
 * @param rows for models that take the rows of a table instead of words; empty for none
 * @param pasted the LoRAs that stood in the prompt and have become add-ons, as they were written
 */
public record Prompting(
    String prompt,
    String negative,
    int clipSkip,
    boolean weighting,
    int label,
    Optional<TokenRows> rows,
    List<String> pasted) {

  /** No words and no class; brackets weight, and no layer is skipped. */
  public static final Prompting DEFAULT = new Prompting("", "", 1, true, -1);

  /** The prompt of commands that are given none. */
  public static final String EXAMPLE = "green nuclei on a dark background";

  /** The largest number of layers from the last. */
  public static final int MAX_CLIP_SKIP = 12;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Prompting {
    prompt = prompt == null ? "" : prompt;
    negative = negative == null ? "" : negative;
    KeyCheck.require(
        clipSkip >= 1 && clipSkip <= MAX_CLIP_SKIP,
        "clipskip",
        "1 (the text encoder's last layer) … " + MAX_CLIP_SKIP,
        clipSkip);
    pasted = List.copyOf(pasted);
    KeyCheck.require(label >= -1, "class", "−1 (none), 0, 1, …", label);
  }

  /** Prompts in which no LoRA stood. */
  public Prompting(String prompt, String negative, int clipSkip, boolean weighting, int label) {
    this(prompt, negative, clipSkip, weighting, label, Optional.empty(), List.of());
  }

  /** Returns a copy with other texts, read in the same way. */
  public Prompting withTexts(String wanted, String unwanted) {
    return new Prompting(wanted, unwanted, clipSkip, weighting, label, rows, pasted);
  }

  /** Returns a copy of the same texts, read in another way. */
  public Prompting withReading(int skip, boolean weights) {
    return new Prompting(prompt, negative, skip, weights, label, rows, pasted);
  }

  /** Returns a copy for another class; −1 for none. */
  public Prompting withLabel(int number) {
    return new Prompting(prompt, negative, clipSkip, weighting, number, rows, pasted);
  }

  /** Returns a copy with the rows of a table; empty for none. */
  public Prompting withRows(Optional<TokenRows> table) {
    return new Prompting(prompt, negative, clipSkip, weighting, label, table, pasted);
  }

  /** Returns a copy without the words of commands that are given none. */
  Prompting withoutExample() {
    return prompt.equals(EXAMPLE) ? withTexts("", negative) : this;
  }

  /** Returns a copy without the LoRAs that stood in the prompt. */
  Prompting without(PromptTags tags) {
    return new Prompting(tags.text(), negative, clipSkip, weighting, label, rows, tags.moved());
  }

  /** Returns notes on LoRAs that stood in the prompt. */
  public List<String> pastedNotes() {
    return pasted.isEmpty()
        ? List.of()
        : List.of(String.join(", ", pasted) + " went from the prompt to the list of LoRAs (lora).");
  }

  /** Returns whether either text has words. */
  public boolean hasWords() {
    return !prompt.isBlank() || !negative.isBlank();
  }

  /** Returns a text that is read in this way. */
  public Prompt of(String text) {
    return new Prompt(text, weighting, clipSkip);
  }
}
