/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.settings.Config;

class JsonTest {

  @TempDir Path temp;

  private static String nested(int depth) {
    return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }

  @Test
  void objectsAndListsLieInOneAnotherToABound() throws IOException {
    assertEquals(1, Json.object(nested(Json.DEEPEST), "x").size());
    for (int depth : new int[] {Json.DEEPEST + 1, 20_000, 1_000_000}) {
      IOException e = assertThrows(IOException.class, () -> Json.object(nested(depth), "x"));
      assertTrue(e.getMessage().contains("at most 200 objects and lists"), e::getMessage);
    }
  }

  @Test
  void numbersHaveABoundOfDigits() throws IOException {
    assertEquals(1, Json.object("{\"a\": " + "1".repeat(1000) + "}", "x").size());
    IOException e =
        assertThrows(
            IOException.class, () -> Json.object("{\"a\": " + "1".repeat(1001) + "}", "x"));
    assertTrue(e.getMessage().contains("numbers of at most 1000 characters"), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": 1,|line 1, column 9",
        "{\"a\" 1}|line 1, column 7",
        "{}{}|more text follows",
        "[1]|expected a JSON object {…}, found [1]",
        "<html>|expected a JSON object {…}",
      })
  void otherTextsAreRefusedInOurWordsWithTheirPlace(String text, String expected)
      throws IOException {
    Path file = Files.writeString(temp.resolve("config.json"), text);
    IOException e = assertThrows(IOException.class, () -> Json.object(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e::getMessage);
    assertTrue(e.getMessage().contains(expected), e::getMessage);
    assertTrue(e.getMessage().endsWith("; copy the file again"), e::getMessage);
  }

  @Test
  void pythonsNumbersAreRead() throws IOException {
    Config config = Json.config(Json.object("{\"a\": NaN, \"b\": -Infinity}", "x"), "x");
    assertTrue(Double.isNaN(config.number("a", 0)));
    assertEquals(Double.NEGATIVE_INFINITY, config.number("b", 0));
  }
}
