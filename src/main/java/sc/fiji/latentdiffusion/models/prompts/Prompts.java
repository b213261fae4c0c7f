/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts of a run.
 *
 * @param prompt describes the picture
 * @param negative describes things that it should not show; empty without guidance
 */
public record Prompts(Prompt prompt, Optional<Prompt> negative) {

  /** Both texts, for guidance. */
  public static Prompts of(Prompt prompt, Prompt negative) {
    return new Prompts(prompt, Optional.of(negative));
  }

  /** A prompt alone, without guidance. */
  public static Prompts of(Prompt prompt) {
    return new Prompts(prompt, Optional.empty());
  }

  /** Returns the same texts, which may contain learned words. */
  public Prompts with(List<LearnedWord> learned) {
    return new Prompts(prompt.with(learned), negative.map(text -> text.with(learned)));
  }

  /** Returns the texts in the order of the batch: the negative one first. */
  public List<Prompt> batch() {
    List<Prompt> batch = new ArrayList<>(negative.stream().toList());
    batch.add(prompt);
    return List.copyOf(batch);
  }
}
