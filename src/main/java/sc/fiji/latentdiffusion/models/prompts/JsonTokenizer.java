/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/**
 * The tokenizer of a folder as {@code tokenizer.json} describes it, of any kind: byte pairs,
 * SentencePiece. It neither adds tokens nor cuts nor fills up. Safe to use from many threads.
 */
public final class JsonTokenizer implements AutoCloseable {

  /** The file of a tokenizer's folder that holds all of it. */
  public static final String FILE = "tokenizer.json";

  /**
   * A token of a text.
   *
   * @param id its number
   * @param text as the vocabulary has it
   */
  public record Token(long id, String text) {}

  private final Path folder;
  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Long> added;

  private JsonTokenizer(Path folder, HuggingFaceTokenizer tokenizer, Map<String, Long> added) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.added = added;
  }

  /**
   * Reads the tokenizer of a folder.
   *
   * @param folder that has a {@code tokenizer.json}
   * @throws IOException if the file is missing or not right, or the native library will not load;
   *     the message says what to do
   */
  public static JsonTokenizer read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) throw missing(folder);
    byte[] json = FileBytes.all(file);
    JsonObject content = Json.object(new String(json, StandardCharsets.UTF_8), file.toString());
    return new JsonTokenizer(folder, NativeTokenizer.of(json, folder), added(content));
  }

  private static IOException missing(Path folder) {
    boolean isSentencePiece = Files.isRegularFile(folder.resolve("spiece.model"));
    return new IOException(
        folder
            + " has no "
            + FILE
            + (isSentencePiece ? ", only spiece.model, which is not read" : "")
            + "; copy the "
            + FILE
            + " of the same tokenizer into it: every hub that has the model has it, and"
            + " transformers' save_pretrained writes it");
  }

  private static Map<String, Long> added(JsonObject json) {
    Map<String, Long> ids = new HashMap<>();
    if (!(json.get("added_tokens") instanceof JsonArray tokens)) return ids;
    for (JsonElement token : tokens) {
      if (!(token instanceof JsonObject one)) continue;
      if (one.get("id") instanceof JsonPrimitive id
          && id.isNumber()
          && one.get("content") instanceof JsonPrimitive content) {
        ids.put(content.getAsString(), id.getAsLong());
      }
    }
    return ids;
  }

  /**
   * Splits a text into tokens. An added token that stands in it, such as an end token, is that
   * token.
   */
  public List<Token> encode(String text) {
    Encoding encoding = tokenizer.encode(NativeTokenizer.paired(text), false, false);
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < encoding.getIds().length; i++) {
      tokens.add(new Token(encoding.getIds()[i], encoding.getTokens()[i]));
    }
    return tokens;
  }

  /**
   * Returns the number of an added token, such as an end token.
   *
   * @param token as {@code tokenizer.json} has it under {@code added_tokens}
   * @throws IOException if there is none
   */
  public long id(String token) throws IOException {
    Long id = added.get(token);
    if (id != null) return id;
    throw new IOException(
        folder.resolve(FILE)
            + ": expected the token \""
            + token
            + "\" among its added_tokens, found "
            + String.join(", ", added.keySet())
            + "; it is the tokenizer of another model: copy the model's own");
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }
}
