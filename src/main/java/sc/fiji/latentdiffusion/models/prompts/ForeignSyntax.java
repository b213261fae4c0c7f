/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Signs in a prompt that other programs read as more than words, and CLIP's text encoder as plain
 * words: they often come with a prompt that is pasted from elsewhere. {@link PromptSyntax} is what
 * is read here.
 */
public enum ForeignSyntax {
  /** A LoRA, a hypernetwork or the like, as in AUTOMATIC1111's web UI. */
  LORA("<(?:lora|lyco|hypernet):[^<>]{0,200}+>", "Name LoRAs in the field LoRA (lora=name:0.8)."),

  /** A textual inversion, as in ComfyUI. */
  EMBEDDING(
      "\\bembedding:[^\\s,()\\[\\]]++",
      "Name textual inversions in the field Embeddings, and in the prompt by their name alone."),

  /** Another prompt from some step on, {@code [a:b:0.5]}. */
  EDITING(
      "(?<!\\\\)\\[[^\\[\\]:]*+:(?:[^\\[\\]:]*+:)?\\s*+[\\d.]++\\s*+]",
      "The prompt can't change between steps; Denoise Latent… continues with another one."),

  /** Alternating prompts, {@code [a|b]}, or a random choice, {@code {a|b}}. */
  ALTERNATIVES(
      "(?<!\\\\)\\[[^\\[\\]|]*+\\|[^\\[\\]]*+]|\\{[^{}|]*+\\|[^{}]*+}", "Write one of them."),

  /** Several prompts at a time. */
  AND("(?<![^\\s,])AND(?![^\\s,:])", "Several prompts can't be joined; write and."),

  /** More weight, as in NovelAI. */
  BRACES("\\{[^{}|]++}", "Write (word) or (word:1.3) for more weight."),

  /** Weights and options, as in Midjourney. */
  OPTIONS(
      "::-?+[\\d.]++|(?<!\\S)--[a-z]++",
      "Write (word:1.3) for a weight, and unwanted things into the negative prompt."),

  /** A word of a list, as in wildcard extensions. */
  WILDCARD("(?<!\\w)__[^\\W_]++(?:_[^\\W_]++)*+__(?!\\w)", "Write the word that is meant.");

  private static final int LONG = 40;

  private final Pattern pattern;
  private final String advice;

  ForeignSyntax(String pattern, String advice) {
    this.pattern = Pattern.compile(pattern);
    this.advice = advice;
  }

  /**
   * Finds such signs.
   *
   * @param text of a prompt
   * @return a note for each kind that the text holds; quotes it and says what to do
   */
  public static List<String> notes(String text) {
    List<String> notes = new ArrayList<>();
    String rest = text;
    for (ForeignSyntax syntax : values()) {
      Set<String> found = syntax.found(rest);
      if (!found.isEmpty()) {
        String quoted = found.stream().map(ForeignSyntax::quoted).collect(Collectors.joining(", "));
        String verb = found.size() == 1 ? " is" : " are";
        notes.add(quoted + verb + " read as plain words. " + syntax.advice);
        rest = syntax.removedFrom(rest);
      }
    }
    return List.copyOf(notes);
  }

  /** Returns a text without such signs. */
  public static String removed(String text) {
    String rest = text;
    for (ForeignSyntax syntax : values()) rest = syntax.removedFrom(rest);
    return rest;
  }

  private String removedFrom(String text) {
    return pattern.matcher(text).replaceAll(" ");
  }

  private Set<String> found(String text) {
    Set<String> found = new LinkedHashSet<>();
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) found.add(matcher.group());
    return found;
  }

  private static String quoted(String sign) {
    return "\"" + (sign.length() <= LONG ? sign : sign.substring(0, LONG) + "…") + "\"";
  }
}
