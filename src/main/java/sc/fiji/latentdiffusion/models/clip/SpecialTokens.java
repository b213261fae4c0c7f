/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens of a CLIP tokenizer that are found in a text as they are, before it is cut into words:
 * those with a role (start, end, padding, …) and those a model added. Which of several definitions
 * of one token holds is as in transformers 5: one in a list of added tokens, else the last one of
 * its kind – text or object – among the roles.
 */
final class SpecialTokens {

  static final String START = "<|startoftext|>";
  static final String END = "<|endoftext|>";

  private static final Map<String, String> DEFAULTS =
      Map.of("bos_token", START, "eos_token", END, "unk_token", END, "pad_token", END);
  private static final List<String> ROLES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");
  private static final List<String> FLAGS =
      List.of("single_word", "lstrip", "rstrip", "normalized", "special");

  private final String where;
  private final JsonObject settings;
  private final JsonObject vocab;
  private final JsonObject tokens = new JsonObject();

  /**
   * @param where the tokenizer's folder, for messages
   * @param settings with the roles as keys and "added_tokens_decoder", where it has them
   * @param vocab ids by token
   * @throws IOException if an id is none
   */
  SpecialTokens(String where, JsonObject settings, JsonObject vocab) throws IOException {
    this.where = where;
    this.settings = settings;
    this.vocab = vocab;
    if (settings.get("added_tokens_decoder") instanceof JsonObject decoder) {
      for (Map.Entry<String, JsonElement> token : decoder.entrySet()) {
        String id = token.getKey();
        boolean isNumber = id.matches("\\d{1,9}");
        add(token.getValue(), isNumber ? new JsonPrimitive(Integer.parseInt(id)) : text(id));
      }
    }
  }

  /** Adds the tokens of a list, each with its id. */
  void addAll(JsonArray list) throws IOException {
    for (JsonElement token : list) {
      if (token instanceof JsonObject object) add(token, object.get("id"));
    }
  }

  /** Adds tokens that stand with nothing but their ids. */
  void addIds(JsonObject ids) throws IOException {
    for (Map.Entry<String, JsonElement> id : ids.entrySet()) {
      boolean special = ROLES.stream().anyMatch(role -> content(role).equals(id.getKey()));
      add(token(id.getKey(), special), id.getValue());
    }
  }

  /** Adds the tokens that have a role and are in the vocabulary. */
  void addNamed() throws IOException {
    Set<String> listed = Set.copyOf(tokens.keySet());
    Set<String> seen = new HashSet<>();
    for (String role : ROLES) {
      String content = content(role);
      if (listed.contains(content)) {
        tokens.getAsJsonObject(content).addProperty("special", true);
      } else if (vocab.has(content)) {
        boolean object =
            settings.get(role) instanceof JsonObject token && isText(token.get("content"));
        if (seen.add(object + content)) {
          add(object ? settings.get(role) : token(content, true), vocab.get(content));
          tokens.getAsJsonObject(content).addProperty("special", true);
        }
      }
    }
  }

  /** Returns the text of the token with a role; empty if none has it. */
  String content(String role) {
    JsonElement token = settings.get(role);
    if (token instanceof JsonObject object) token = object.get("content");
    return isText(token) ? token.getAsString() : DEFAULTS.getOrDefault(role, "");
  }

  /** Returns the id of the token with a role, where the vocabulary or a list of tokens has it. */
  OptionalInt id(String role) {
    String content = content(role);
    JsonElement id = vocab.get(content);
    if (id == null && tokens.has(content)) id = tokens.getAsJsonObject(content).get("id");
    return id == null ? OptionalInt.empty() : OptionalInt.of(id.getAsInt());
  }

  /** Returns the tokens as tokenizer.json has them under "added_tokens". */
  JsonArray toJson() {
    JsonArray list = new JsonArray();
    tokens.entrySet().forEach(token -> list.add(token.getValue()));
    return list;
  }

  private void add(JsonElement element, JsonElement id) throws IOException {
    if (!(element instanceof JsonObject given) || id == null) return;
    JsonElement content = given.get("content");
    if (!isText(content)) return;
    if (!TokenizerFiles.isId(id)) {
      String expected = TokenizerFiles.expectedId(content.getAsString(), id);
      throw new IOException(where + ": " + expected + "; copy the model's tokenizer again");
    }
    JsonObject token = new JsonObject();
    token.add("id", id);
    token.add("content", content);
    for (String flag : FLAGS) {
      boolean dflt = flag.equals("normalized") && !isTrue(given, "special");
      token.addProperty(flag, given.has(flag) ? isTrue(given, flag) : dflt);
    }
    tokens.add(content.getAsString(), token);
  }

  private static JsonObject token(String content, boolean special) {
    JsonObject token = new JsonObject();
    token.addProperty("content", content);
    token.addProperty("special", special);
    return token;
  }

  private static boolean isText(JsonElement element) {
    return element instanceof JsonPrimitive text && text.isString();
  }

  private static boolean isTrue(JsonObject token, String flag) {
    return token.get(flag) instanceof JsonPrimitive value && value.getAsBoolean();
  }

  private static JsonPrimitive text(String text) {
    return new JsonPrimitive(text);
  }
}
