/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairsTest {

  private static final String UNKNOWN = "<unk>";

  private static BytePairs pairs(String vocab, String merges) {
    return new BytePairs(
        JsonParser.parseString(vocab).getAsJsonObject(),
        JsonParser.parseString(merges).getAsJsonArray(),
        Path.of("vocab.json"),
        Path.of("merges.txt"));
  }

  private static String refused(String vocab, String merges) {
    BytePairs pairs = pairs(vocab, merges);
    return assertThrows(
            IOException.class,
            () -> {
              pairs.requireIds();
              pairs.requireTokens(UNKNOWN);
            })
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[\"q q\"]; \"qq\"",
        "[[\"q\", \"a\"]]; \"qa\"",
        "[\"z a\"]; \"z\"",
        "[\"a z\"]; \"z\"",
        "[\"a  a\"]; none",
        "[\"ab\"]; none",
        "[\"a b c\"]; none",
        "[[\"a\"]]; none",
        "[[\"a\", 1]]; none",
        "[7]; none",
        "[null]; none",
      })
  void mergeThatIsNoPairOfTokensIsRefusedWithTheMissingOne(String merges, String missing) {
    String message = refused("{\"a\": 0, \"q\": 1, \"<unk>\": 2}", merges);
    String expected =
        missing.equals("none")
            ? "merges.txt: expected two parts in every merge, found "
            : "merges.txt: expected tokens in every merge, found "
                + merges.substring(1, merges.length() - 1).replace(", ", ",")
                + ", but the vocabulary lacks "
                + missing;
    assertTrue(message.startsWith(expected), message);
    assertTrue(message.endsWith("; copy the model's tokenizer again"), message);
  }

  @Test
  void idOfTwoTokensIsRefusedWithBoth() {
    assertEquals(
        "vocab.json: expected an id of its own for each token, found 7 for \"a\" and \"b\"; copy"
            + " the model's tokenizer again",
        refused("{\"a\": 7, \"<unk>\": 1, \"b\": 7}", "[]"));
  }

  @Test
  void idsMayHaveGaps() {
    BytePairs pairs = pairs("{\"a\": 7, \"<unk>\": 1, \"b\": 9999999}", "[]");
    assertDoesNotThrow(pairs::requireIds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "!</w>", "z", "\u0143</w>"})
  void letterIsMissedWhereNoTokenStandsForUnknownOnes(String letter) {
    JsonObject vocab = new JsonObject();
    for (String one : CLIPVocabulary.bytesAsLetters()) {
      vocab.addProperty(one, vocab.size());
      vocab.addProperty(one + "</w>", vocab.size());
    }
    assertDoesNotThrow(() -> pairs(vocab.toString(), "[]").requireTokens(UNKNOWN));
    vocab.remove(letter);
    assertEquals(
        "vocab.json: the vocabulary lacks the letter \""
            + letter
            + "\" and the unk_token \"<unk>\"; copy the model's tokenizer again",
        refused(vocab.toString(), "[]"));
    vocab.addProperty(UNKNOWN, 600);
    assertDoesNotThrow(() -> pairs(vocab.toString(), "[]").requireTokens(UNKNOWN));
  }
}
