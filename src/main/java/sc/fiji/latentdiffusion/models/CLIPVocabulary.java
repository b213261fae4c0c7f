package sc.fiji.latentdiffusion.models;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

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
  private final Path folder;
  private final JsonObject settings;
  private final JsonObject vocab;
  private final JsonArray merges;
  private final SpecialTokens special;

  /**
   * Reads the files of a tokenizer's folder.
   *
   * @throws IOException if one is missing or not right, naming it
   */
  CLIPVocabulary(Path folder) throws IOException {
    this.folder = folder;
    this.settings = optional("tokenizer_config.json");
    JsonObject whole = optional("tokenizer.json");
    boolean inOne = whole.has("model");
    JsonObject model = inOne ? object(whole, "model", "tokenizer.json") : new JsonObject();
    this.vocab = inOne ? object(model, "vocab", "tokenizer.json") : required("vocab.json");
    this.merges = inOne ? array(model, "merges", "tokenizer.json") : merges("merges.txt");
    boolean listed = settings.has("added_tokens_decoder");
    if (!listed) optional("special_tokens_map.json").entrySet().forEach(this::override);
    this.special = new SpecialTokens(settings, vocab);
    if (!listed) {
      special.addIds(optional("added_tokens.json"));
      if (whole.has("added_tokens")) {
        special.addAll(array(whole, "added_tokens", "tokenizer.json"));
      }
    }
    special.addNamed();
  }

  private void override(Map.Entry<String, JsonElement> token) {
    settings.add(token.getKey(), token.getValue());
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

  private int id(String role) throws IOException {
    OptionalInt id = special.id(role);
    if (id.isPresent()) return id.getAsInt();
    String token = role + " \"" + special.content(role) + "\"";
    throw new IOException(
        folder + ": the vocabulary lacks the " + token + "; copy the model's tokenizer again");
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

  private JsonObject optional(String file) throws IOException {
    return Files.isRegularFile(folder.resolve(file)) ? required(file) : new JsonObject();
  }

  private JsonObject required(String file) throws IOException {
    try {
      if (JsonParser.parseString(text(file)) instanceof JsonObject object) return object;
      throw wrong(file, "expected a JSON object {…}", null);
    } catch (JsonParseException e) {
      throw wrong(file, "not readable as JSON (" + e.getMessage() + ")", e);
    }
  }

  private JsonArray merges(String file) throws IOException {
    JsonArray pairs = new JsonArray();
    for (String line : text(file).split("\r?\n")) {
      if (line.isBlank() || line.startsWith("#version")) continue;
      if (line.split(" ").length != 2) {
        throw wrong(file, "expected two parts in every line, found \"" + line + "\"", null);
      }
      pairs.add(line);
    }
    return pairs;
  }

  private String text(String file) throws IOException {
    try {
      return new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw wrong(file, "missing, and so is tokenizer.json", e);
    }
  }

  private JsonObject object(JsonObject parent, String key, String file) throws IOException {
    if (parent.get(key) instanceof JsonObject object) return object;
    throw wrong(file, "expected an object {…} under \"" + key + "\"", null);
  }

  private JsonArray array(JsonObject parent, String key, String file) throws IOException {
    if (parent.get(key) instanceof JsonArray array) return array;
    throw wrong(file, "expected a list […] under \"" + key + "\"", null);
  }

  private IOException wrong(String file, String what, Exception cause) {
    return new IOException(
        folder.resolve(file) + ": " + what + "; copy the model's tokenizer again", cause);
  }
}
