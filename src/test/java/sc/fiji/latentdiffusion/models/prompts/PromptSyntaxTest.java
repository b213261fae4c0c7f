/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptSyntaxTest {

  /** Writes pieces with their weights to four digits; "|" marks the beginning of a block. */
  private static String parsed(String text) {
    return PromptSyntax.parse(text).stream()
        .map(p -> String.format("%s<%s>%.4f", p.begins() ? "|" : "", p.text(), p.weight()))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "normal text => <normal text>1.0000",
        "an (important) word => <an >1.0000 <important>1.1000 < word>1.0000",
        "(unbalanced => <unbalanced>1.1000",
        "\\(literal\\] => <(literal]>1.0000",
        "(unnecessary)(parens) => <unnecessaryparens>1.1000",
        "a (((house:1.3)) [on] a (hill:0.5), sun => <a >1.0000 <house>1.5730 < >1.1000 <on>1.0000 <"
            + " a >1.1000 <hill>0.5500 <, sun>1.1000",
        "((word)) => <word>1.2100",
        "[word] => <word>0.9091",
        "[[word]] (word:.5) (word: 2 ) => "
            + "<word>0.8264 < >1.0000 <word>0.5000 < >1.0000 <word>2.0000",
        "(word:-1.5) => <word>-1.5000",
        "1:2 ratio, at 3:00) ] => <1:2 ratio, at 3:00) ]>1.0000",
        "(a:b) => <a:b>1.1000",
        "back\\slash \\\\(a) => <back\\slash \\>1.0000 <a>1.1000",
        "one BREAK two => <one>1.0000 |<two>1.0000",
        "BREAKFAST, break => <BREAKFAST, break>1.0000",
        "(one BREAK two:1.2) => <one>1.2000 |<two>1.2000",
        "BREAK => |<>1.0000",
        "one BREAK => <one>1.0000 |<>1.0000",
        "one BREAK BREAK two => <one>1.0000 |<>1.0000 |<two>1.0000",
        "(a)) b => <a>1.1000 <) b>1.0000",
        "[a]] b => <a>0.9091 <] b>1.0000",
        "a (b [c => <a >1.0000 <b >1.1000 <c>1.0000",
        "(\uD83D\uDD2C細胞:1.5) naïve => <\uD83D\uDD2C細胞>1.5000 < naïve>1.0000",
        "a (b [c) d] => <a >1.0000 <b >1.1000 <c>1.0000 < d>0.9091",
      })
  void bracketsWeighAndAllElseIsText(String row) {
    String[] parts = row.split(" => ");
    assertEquals(parts[1], parsed(parts[0]), parts[0]);
  }

  @Test
  void fiftyBracketsWithinEachOtherMultiply() {
    String text = "(".repeat(50) + "word" + ")".repeat(50) + " and";
    assertEquals("<word>117.3909 < and>1.0000", parsed(text));
    assertEquals("<word>117.3909", parsed("(".repeat(50) + "word"));
    assertEquals("<word>1.0000", parsed("(".repeat(50) + "[".repeat(50) + "word"));
  }

  @Test
  void tenThousandCharactersAreReadAtOnce() {
    String text = "(many:1.2) [small] \\(cells\\), ".repeat(400);
    assertEquals(1600, PromptSyntax.parse(text).size());
    String spaces = "a" + " ".repeat(10_000) + "BREAK" + " ".repeat(10_000) + "b";
    assertEquals("<a>1.0000 |<b>1.0000", parsed(spaces));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(word:1e9)", "word)))"})
  void whatIsNoNumberOrOpensNothingIsText(String text) {
    assertTrue(PromptSyntax.parse(text).stream().allMatch(piece -> piece.weight() < 1.2), text);
  }

  @Test
  void weightThatNoPromptCanHaveIsRefusedWithWhatToDo() {
    for (String text :
        new String[] {"(".repeat(10_000) + "word", "(word:" + "9".repeat(400) + ")"}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> PromptSyntax.parse(text)).getMessage();
      assertTrue(message.startsWith("The prompt's brackets weigh \"word\" "), message);
      assertTrue(message.contains("expected at most a million: take some away"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "many (nuclei:1e38) => :1e38)",
        "many (nuclei:1,3) => :1,3)",
        "(nuclei: 150%) => : 150%)",
        "(nuclei:1.3x) => :1.3x)",
        "(nuclei:1.2.3) => :1.2.3)",
        "(nuclei:-1e3 ) => :-1e3 )",
      })
  void numberThatIsNoWeightIsSaidToBePlainWords(String row) {
    String[] parts = row.split(" => ");
    assertEquals(
        List.of(
            "\""
                + parts[1]
                + "\" is no weight and read as plain words. Write a number with a point,"
                + " as in (word:1.3)."),
        PromptSyntax.notes(parts[0]));
  }

  @Test
  void weightFarBeyondUsualOnesIsSaid() {
    assertEquals(
        List.of(
            "In the prompt, the weight -1234 of \"nuclei\" is far beyond usual values. 0.5 to 1.5"
                + " are usual; more hides the other words."),
        PromptSyntax.notes("many (nuclei:-1234.4)"));
    assertEquals(
        List.of("the weight 10.83 of \"word\""),
        PromptSyntax.unusualWeights("(".repeat(25) + "word" + ")".repeat(25)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a:1.3) (b:-2) (c: .5 ) (d:10)",
        "(ratio 1:2), (a:b), 1:2, a : 3",
        "[a:b:0.5]",
        ""
      })
  void usualWeightsAndColonsInWordsAreNotNoted(String text) {
    assertEquals(List.of(), PromptSyntax.notes(text));
  }

  @Test
  void aLongTextOfNumbersIsNotedAtOnce() {
    for (String sign : List.of(":", ":1", ":1,", ": ", ":1e", "1,")) {
      String text = sign.repeat(20_000);
      assertTimeout(Duration.ofSeconds(5), () -> PromptSyntax.notes(text), sign);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "()", "[]", "(:1.5)", "(((((", "[[]]()", "()()([])"})
  void promptOfNothingIsOneEmptyPiece(String text) {
    assertEquals("<>1.0000", parsed(text));
  }
}
