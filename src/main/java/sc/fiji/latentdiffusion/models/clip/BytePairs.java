/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.Json;

/**
 * The tokens of a vocabulary and the merges that make them of letters.
 *
 * @param vocab ids by token
 * @param merges each a text of two parts, or a list of both
 * @param vocabFile file of the vocabulary, for messages
 * @param mergesFile file of the merges
 */
record BytePairs(JsonObject vocab, JsonArray merges, Path vocabFile, Path mergesFile) {

  private static final int SHOWN = 60;

  /**
   * Checks that each token has a number of its own.
   *
   * @throws IOException naming the token that has none, or two tokens with one number
   */
  void requireIds() throws IOException {
    Map<Integer, String> byId = new HashMap<>();
    for (Map.Entry<String, JsonElement> token : vocab.entrySet()) {
      if (!TokenizerFiles.isId(token.getValue())) {
        throw wrong(vocabFile, TokenizerFiles.expectedId(token.getKey(), token.getValue()));
      }
      String other = byId.put(token.getValue().getAsInt(), token.getKey());
      if (other == null) continue;
      String both = shown(other) + " and " + shown(token.getKey());
      throw wrong(
          vocabFile,
          "expected an id of its own for each token, found " + token.getValue() + " for " + both);
    }
  }

  /**
   * Checks that every text has tokens.
   *
   * @param unknown token of letters that the vocabulary lacks
   * @throws IOException if a merge is no pair of tokens, naming it, or letters are missing
   */
  void requireTokens(String unknown) throws IOException {
    Set<String> tokens = new HashSet<>(vocab.keySet());
    for (JsonElement merge : merges) {
      List<String> pair = pair(merge);
      Optional<String> missing =
          Stream.of(pair.get(0), pair.get(1), String.join("", pair))
              .filter(token -> !tokens.contains(token))
              .findFirst();
      if (missing.isEmpty()) continue;
      String found = Json.shown(merge) + ", but the vocabulary lacks " + shown(missing.get());
      throw wrong(mergesFile, "expected tokens in every merge, found " + found);
    }
    if (!tokens.contains(unknown)) requireLetters(tokens, unknown);
  }

  private List<String> pair(JsonElement merge) throws IOException {
    if (isText(merge)) {
      String[] parts = merge.getAsString().split(" ", -1);
      if (parts.length == 2) return List.of(parts);
    } else if (merge instanceof JsonArray parts
        && parts.size() == 2
        && parts.asList().stream().allMatch(BytePairs::isText)) {
      return List.of(parts.get(0).getAsString(), parts.get(1).getAsString());
    }
    throw wrong(mergesFile, "expected two parts in every merge, found " + Json.shown(merge));
  }

  private static boolean isText(JsonElement element) {
    return element instanceof JsonPrimitive value && value.isString();
  }

  /** A text of letters without tokens can't be encoded where no token stands for unknown ones. */
  private void requireLetters(Set<String> tokens, String unknown) throws IOException {
    for (String letter : CLIPVocabulary.bytesAsLetters()) {
      for (String token : List.of(letter, letter + "</w>")) {
        if (tokens.contains(token)) continue;
        String lacks = shown(token) + " and the unk_token " + shown(unknown);
        throw wrong(vocabFile, "the vocabulary lacks the letter " + lacks);
      }
    }
  }

  private static String shown(String token) {
    return "\"" + (token.length() <= SHOWN ? token : token.substring(0, SHOWN) + "…") + "\"";
  }

  private static IOException wrong(Path file, String what) {
    return new IOException(file + ": " + what + "; copy the model's tokenizer again");
  }
}
