/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A prompt without the LoRAs that stand in it, as AUTOMATIC1111's web UI writes them: {@code
 * <lora:name:0.8>}, weight 1 if there is none; {@code <lyco:} means the same. They follow the
 * entries of the list of LoRAs.
 *
 * @param text the prompt without them
 * @param addOns with them
 * @param moved the LoRAs as the prompt had them, in its order
 */
public record PromptTags(String text, AddOns addOns, List<String> moved) {

  private static final String KEY = "lora";
  private static final Pattern TAG = Pattern.compile("<(lora|lyco|hypernet):([^<>]*)>");
  private static final Pattern NUMBER = Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)");

  /** Keeps an unmodifiable copy. */
  public PromptTags {
    moved = List.copyOf(moved);
  }

  /**
   * Takes the LoRAs out of a prompt.
   *
   * @param prompt any text
   * @param negative a text that may have none
   * @param addOns whose list they follow
   * @throws IllegalArgumentException naming the one that stands in the negative prompt, has two
   *     weights or another form, or is a hypernetwork
   */
  public static PromptTags of(String prompt, String negative, AddOns addOns) {
    Matcher unwanted = TAG.matcher(negative);
    if (unwanted.find()) {
      throw new IllegalArgumentException(
          unwanted.group()
              + " stands in negative, but a LoRA changes the model for both prompts. Put it into"
              + " prompt, or name it in lora, with a weight below 0 for its opposite.");
    }
    PromptTags tags = new PromptTags(prompt, addOns, List.of());
    for (Matcher tag = TAG.matcher(prompt); tag.find(); ) tags = tags.with(tag);
    return tags.moved.isEmpty()
        ? tags
        : new PromptTags(TAG.matcher(prompt).replaceAll("").strip(), tags.addOns, tags.moved);
  }

  private PromptTags with(Matcher tag) {
    if (tag.group(1).equals("hypernet")) {
      throw new IllegalArgumentException(
          tag.group() + " is a hypernetwork, which is not supported. Take it out of the prompt.");
    }
    String[] parts = tag.group(2).split(":", -1);
    List<String> weights = Stream.of(parts).skip(1).map(String::strip).distinct().toList();
    boolean right = weights.stream().allMatch(text -> NUMBER.matcher(text).matches());
    if (parts[0].isBlank() || !right || weights.size() > 1) {
      throw new IllegalArgumentException(
          tag.group()
              + " is not read: expected <lora:name> or <lora:name:0.8>, with one weight for all of"
              + " the LoRA.");
    }
    List<String> all = new ArrayList<>(moved);
    if (!all.contains(tag.group())) all.add(tag.group());
    String weight = weights.isEmpty() ? "1" : weights.get(0);
    return new PromptTags(text, added(tag.group(), parts[0].strip(), weight), all);
  }

  private AddOns added(String tag, String name, String weight) {
    for (Entry entry : addOns.entries(KEY)) {
      if (!entry.name().equals(name)) continue;
      if (entry.weight() == Double.parseDouble(weight)) return addOns;
      throw new IllegalArgumentException(
          String.format(
              "%s gives the LoRA %s another weight than %s, which it has already. Name it once.",
              tag, name, entry.weight()));
    }
    String before = addOns.texts().get(KEY);
    String entry = quoted(name) + ":" + weight;
    return addOns.with(KEY, before.isEmpty() ? entry : before + ", " + entry);
  }

  /** A name with a comma, or a quote at its beginning, stands in quotes. */
  private static String quoted(String name) {
    boolean plain = name.indexOf(',') < 0 && "\"'".indexOf(name.charAt(0)) < 0;
    if (plain) return name;
    return name.indexOf('"') < 0 ? '"' + name + '"' : "'" + name + "'";
  }
}
