/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The vocabulary of a CLIP tokenizer as its folder has it, in {@code tokenizer.json} or {@code
 * vocab.json} and {@code merges.txt}, with the special tokens of {@code tokenizer_config.json},
 * {@code special_tokens_map.json} and {@code added_tokens.json}. Only vocabulary, merges and tokens
 * are taken from files; the rules are CLIP's, those that CLIPTokenizer in transformers 5 sets.
 */
final class CLIPVocabulary {

  private static final String WORDS =
      "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]"
          + "|[^\\s\\p{L}\\p{N}]+";
  private final String where;
  private final JsonObject settings;
  private final JsonObject vocab;
  private final JsonArray merges;
  private final SpecialTokens special;

  private CLIPVocabulary(
      String where,
      JsonObject settings,
      JsonObject vocab,
      JsonArray merges,
      SpecialTokens special) {
    this.where = where;
    this.settings = settings;
    this.vocab = vocab;
    this.merges = merges;
    this.special = special;
  }

  /**
   * Reads the files of a tokenizer's folder.
   *
   * @throws IOException if one is missing or not right, naming it
   */
  static CLIPVocabulary read(Path folder) throws IOException {
    TokenizerFiles files = new TokenizerFiles(folder);
    JsonObject settings = files.optional("tokenizer_config.json");
    JsonObject whole = files.optional("tokenizer.json");
    boolean inOne = whole.has("model");
    JsonObject model = inOne ? files.object(whole, "model", "tokenizer.json") : new JsonObject();
    String ids = inOne ? "tokenizer.json" : "vocab.json";
    JsonObject vocab = inOne ? files.object(model, "vocab", ids) : files.required(ids);
    JsonArray merges =
        inOne ? files.array(model, "merges", "tokenizer.json") : files.merges("merges.txt");
    Path pairs = folder.resolve(inOne ? "tokenizer.json" : "merges.txt");
    BytePairs bytePairs = new BytePairs(vocab, merges, folder.resolve(ids), pairs);
    bytePairs.requireIds();
    boolean listed = settings.has("added_tokens_decoder");
    if (!listed) {
      JsonObject map = files.optional("special_tokens_map.json");
      map.entrySet().forEach(token -> settings.add(token.getKey(), token.getValue()));
    }
    SpecialTokens special = new SpecialTokens(folder.toString(), settings, vocab);
    if (!listed) {
      special.addIds(files.optional("added_tokens.json"));
      if (whole.has("added_tokens")) {
        special.addAll(files.array(whole, "added_tokens", "tokenizer.json"));
      }
    }
    special.addNamed();
    bytePairs.requireTokens(special.content("unk_token"));
    return new CLIPVocabulary(folder.toString(), settings, vocab, merges, special);
  }

  /**
   * Returns the vocabulary of 49408 tokens with which CLIP was trained: the 256 bytes, the same
   * ending a word, one token for each merge, start and end.
   *
   * @param config names {@code pad_token} and {@code model_max_length}
   * @throws IOException if the resource can't be read
   */
  static CLIPVocabulary standard(Config config) throws IOException {
    JsonArray merges = TokenizerFiles.standardMerges();
    JsonObject vocab = new JsonObject();
    List<String> letters = bytesAsLetters();
    letters.forEach(letter -> vocab.addProperty(letter, vocab.size()));
    letters.forEach(letter -> vocab.addProperty(letter + "</w>", vocab.size()));
    for (JsonElement merge : merges) {
      vocab.addProperty(merge.getAsString().replace(" ", ""), vocab.size());
    }
    vocab.addProperty(SpecialTokens.START, vocab.size());
    vocab.addProperty(SpecialTokens.END, vocab.size());
    JsonObject settings = new JsonObject();
    settings.addProperty("pad_token", config.text("pad_token", SpecialTokens.END));
    settings.addProperty("model_max_length", config.integer("model_max_length", 77));
    String where = "CLIP's own vocabulary";
    SpecialTokens special = new SpecialTokens(where, settings, vocab);
    special.addNamed();
    return new CLIPVocabulary(where, settings, vocab, merges, special);
  }

  /** The 256 bytes as characters that can be seen, those that have none from U+0100 on. */
  static List<String> bytesAsLetters() {
    List<String> letters = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      if (isSeen(b)) letters.add(Character.toString(b));
    }
    for (int i = 256; letters.size() < 256; i++) letters.add(Character.toString(i));
    return letters;
  }

  private static boolean isSeen(int b) {
    return b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE && b <= 0xFF;
  }

  /** Returns the id of the token that begins every text. */
  int start() throws IOException {
    return id("bos_token");
  }

  /** Returns the id of the token that ends every text. */
  int end() throws IOException {
    return id("eos_token");
  }

  /** Returns the id of the token that fills up short texts. */
  int pad() throws IOException {
    return id("pad_token");
  }

  /** Returns the tokens that begin, end and fill up. */
  List<String> special() {
    return List.of(
        special.content("bos_token"), special.content("eos_token"), special.content("pad_token"));
  }

  private int id(String role) throws IOException {
    OptionalInt id = special.id(role);
    if (id.isPresent()) return id.getAsInt();
    String token = role + " \"" + special.content(role) + "\"";
    throw new IOException(
        where + ": the vocabulary lacks the " + token + "; copy the model's tokenizer again");
  }

  /** Returns how many tokens a text has at most, start and end included; unset: a large number. */
  double maxLength() {
    return settings.get("model_max_length") instanceof JsonPrimitive length && length.isNumber()
        ? length.getAsDouble()
        : 1e30;
  }

  /** Returns all as the text of a tokenizer.json, without a post-processor, padding, truncation. */
  String toJson() {
    JsonObject json = JsonParser.parseString(rules()).getAsJsonObject();
    json.add("added_tokens", special.toJson());
    JsonObject model = json.getAsJsonObject("model");
    model.addProperty("unk_token", special.content("unk_token"));
    model.add("vocab", vocab);
    model.add("merges", merges);
    return json.toString();
  }

  private static String rules() {
    return
"""
{"version": "1.0", "truncation": null, "padding": null, "post_processor": null,
 "normalizer": {"type": "Sequence", "normalizers": [
   {"type": "NFC"},
   {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
   {"type": "Lowercase"}]},
 "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
   {"type": "Split", "pattern": {"Regex": "WORDS"}, "behavior": "Removed", "invert": true},
   {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
    "use_regex": true}]},
 "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
   "use_regex": true},
 "model": {"type": "BPE", "dropout": null, "continuing_subword_prefix": "",
   "end_of_word_suffix": "</w>", "fuse_unk": false, "byte_fallback": false,
   "ignore_merges": false}}
"""
        .replace("WORDS", WORDS.replace("\\", "\\\\"));
  }
}
