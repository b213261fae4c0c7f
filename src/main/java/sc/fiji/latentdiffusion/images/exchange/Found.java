/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.PromptTags;

/** The settings that were found in a picture, and what becomes of each. */
public final class Found {

  /** The key of another autoencoder, which the web UI writes in capitals. */
  static final String AUTOENCODER = "VAE".toLowerCase(Locale.ROOT);

  private static final String NONE = "no counterpart";

  /**
   * A setting.
   *
   * @param found its name in the program that wrote it
   * @param value there
   * @param key of ours; empty without a counterpart
   * @param set the value of the key; empty without one
   * @param note on a difference; may be empty
   */
  public record Row(String found, String value, String key, String set, String note) {}

  /** Says whether values can be used together. */
  @FunctionalInterface
  public interface Check {

    /**
     * Checks values by key.
     *
     * @throws IllegalArgumentException with the reason if they can't be used
     */
    void check(Map<String, String> values);
  }

  private final Set<String> keys;
  private final Check check;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * @param keys that there are
   * @param check refuses values
   */
  public Found(Collection<String> keys, Check check) {
    this.keys = Set.copyOf(keys);
    this.check = check;
  }

  /** Adds a setting that becomes the value of a key, if there is the key and it takes the value. */
  void set(String found, String value, String key, String set, String note) {
    if (!keys.contains(key)) {
      none(found, value, "no counterpart in this version");
      return;
    }
    Map<String, String> with = new LinkedHashMap<>(values);
    with.put(key, set);
    try {
      check.check(with);
    } catch (IllegalArgumentException e) {
      none(found, value, e.getMessage());
      return;
    }
    values.put(key, set);
    rows.add(new Row(found, value, key, set, note));
  }

  /** Adds a setting that becomes the value of a key. */
  void set(String found, String value, String key) {
    set(found, value, key, value, "");
  }

  /** Adds a setting without a counterpart. */
  void none(String found, String value) {
    none(found, value, NONE);
  }

  /** Adds a setting that no key takes. */
  void none(String found, String value, String note) {
    rows.add(new Row(found, value, "", "", note));
  }

  /** Adds what tells of the picture, and sets nothing. */
  void told(String found, String value) {
    none(found, value, "");
  }

  /**
   * Adds prompts, and the LoRAs that stand in them.
   *
   * @param found the name of the prompt
   * @param foundNegative the name of the negative prompt
   */
  void prompts(String found, String prompt, String foundNegative, String negative) {
    try {
      PromptTags tags = PromptTags.of(prompt, negative, AddOns.NONE.with("lora", lora()));
      String list = tags.addOns().texts().get("lora");
      set(found, prompt, "prompt", tags.text(), "");
      for (String tag : tags.moved()) set(tag, "", "lora", list, "in the prompt");
    } catch (IllegalArgumentException e) {
      set(found, prompt, "prompt", prompt, e.getMessage());
    }
    if (!negative.isEmpty()) set(foundNegative, negative, "negative");
  }

  /** Adds a LoRA to the list. */
  void lora(String found, String name, String weight, String note) {
    String entry = (name.indexOf(',') < 0 ? name : '"' + name + '"') + ":" + weight;
    set(
        found,
        name + ", " + weight,
        "lora",
        lora().isEmpty() ? entry : lora() + ", " + entry,
        note);
  }

  private String lora() {
    return values.getOrDefault("lora", "");
  }

  /** Adds the scheduler, and where its steps lie. */
  void scheduler(String found, String value, SamplerNames.Steps steps) {
    set(found, value, "scheduler", steps.scheduler(), steps.note());
  }

  /** Returns whether nothing was found. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Returns the settings in the order in which they were found. */
  public List<Row> rows() {
    return Collections.unmodifiableList(rows);
  }

  /** Returns the values by key. */
  public Map<String, String> values() {
    return Collections.unmodifiableMap(values);
  }
}
