/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignSyntaxTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nuclei <lora:cells:0.8> => <lora:cells:0.8>",
        "nuclei <hypernet:ink:1> => <hypernet:ink:1>",
        "nuclei, embedding:bad-hands => embedding:bad-hands",
        "[green:red:0.5] nuclei => [green:red:0.5]",
        "[green:0.5] nuclei => [green:0.5]",
        "[green::10] nuclei => [green::10]",
        "[green|red] nuclei => [green|red]",
        "{green|red} nuclei => {green|red}",
        "green nuclei AND red actin => AND",
        "{nuclei} => {nuclei}",
        "nuclei::2 red::-0.5 => ::2\", \"::-0.5",
        "nuclei --no red => --no",
        "nuclei __colour__ => __colour__",
      })
  void signsOfOtherProgramsAreQuotedAndSaidToBePlainWords(String row) {
    String[] parts = row.split(" => ");
    List<String> notes = ForeignSyntax.notes(parts[0]);
    assertEquals(1, notes.size(), notes.toString());
    String verb = parts[1].contains(", ") ? "are" : "is";
    String note = "\"" + parts[1] + "\" " + verb + " read as plain words. ";
    assertTrue(
        notes.get(0).startsWith(note) && notes.get(0).length() > note.length(), notes.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "many green nuclei, [dim] (bright:1.3) ((red))",
        "green nuclei and red actin BREAK BRAND",
        "ratio 1:2, at 3:00, Ca2+ – well-known, x_1, a | b",
        "\\[green|red\\] \\[a:b:0.5\\]",
        "",
      })
  void ownSyntaxAndPlainTextAreNotNoted(String text) {
    assertEquals(List.of(), ForeignSyntax.notes(text));
  }

  @Test
  void aLongTextOfBeginningsIsReadAtOnce() {
    for (String sign :
        List.of("<lora:", "[", "[a:", "[:1", "{", "{|", "[|", "__", "__a", ":", "-")) {
      String text = sign.repeat(20_000);
      assertTimeout(Duration.ofSeconds(5), () -> ForeignSyntax.notes(text), sign);
    }
  }
}
