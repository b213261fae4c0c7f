/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.io.Json;

class ConfigTest {

  @TempDir Path temp;

  @Test
  void valuesAreReadByTheirKinds() {
    Config config = config("{'i':8,'w':4.0,'d':1e-5,'b':true,'t':'silu','l':[5,10],'s':['a','b']}");
    assertEquals(8, config.integer("i"));
    assertEquals(4, config.integer("w", 0));
    assertEquals(1e-5, config.number("d", 0));
    assertTrue(config.flag("b", false));
    assertEquals("silu", config.text("t", ""));
    assertEquals(List.of(5, 10), config.integers("l"));
    assertEquals(List.of("a", "b"), config.texts("s"));
  }

  @Test
  void singleValueIsAListOfOne() {
    Config config = config("{'i':8,'t':'x'}");
    assertEquals(List.of(8), config.integers("i"));
    assertEquals(List.of("x"), config.texts("t"));
  }

  @Test
  void absentAndNullTakeTheDefault() {
    for (Config config : List.of(config("{}"), config("{'k':null}"))) {
      assertFalse(config.has("k"));
      assertEquals(3, config.integer("k", 3));
      assertEquals(0.5, config.number("k", 0.5));
      assertTrue(config.flag("k", true));
      assertEquals("d", config.text("k", "d"));
      assertEquals(List.of(), config.integers("k"));
      assertEquals(List.of(), config.texts("k"));
    }
  }

  @Test
  void requiredKeyThatIsAbsentIsNamedWithItsFile() {
    refused("here.json lacks the key \"k\"", () -> config("{}").integer("k"));
  }

  @Test
  void valueOfTheWrongKindIsRefusedWithWhatWasExpectedAndFound() {
    refused(
        "here.json, \"k\": expected a whole number, found \"x\"",
        () -> config("{'k':'x'}").integer("k", 0));
    refused("expected a whole number, found 1.5", () -> config("{'k':1.5}").integer("k"));
    refused("expected a whole number, found 1.0E99", () -> config("{'k':1e99}").integer("k"));
    refused("expected a whole number, found [1]", () -> config("{'k':[1]}").integer("k"));
    refused("expected a whole number, found true", () -> config("{'k':[true]}").integers("k"));
    refused("expected a number, found {}", () -> config("{'k':{}}").number("k", 0));
    refused("expected true or false, found 1", () -> config("{'k':1}").flag("k", false));
    refused("expected a text, found 1", () -> config("{'k':1}").text("k", ""));
    refused("expected a text, found 2", () -> config("{'k':['a',2]}").texts("k"));
  }

  @Test
  void pythonsNanAndInfinityAreNumbers() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("c.json"), "{\"a\":-Infinity,\"b\":NaN,\"c\":{\"a\":-Infinity}}");
    assertEquals(Double.NEGATIVE_INFINITY, Json.config(file).number("a", 0));
    assertTrue(Double.isNaN(Json.config(file).number("b", 0)));
    assertEquals(Double.NEGATIVE_INFINITY, Json.config(file).object("c").number("a", 0));
  }

  @Test
  void mapHoldsPlainJavaInTheFilesOrder() {
    Map<String, Object> map =
        config("{'z':1,'y':2.5,'x':3000000000,'w':null,'v':[1,'a',{'u':true}]}").toMap();
    assertEquals(List.of("z", "y", "x", "w", "v"), List.copyOf(map.keySet()));
    assertEquals(1, map.get("z"));
    assertEquals(2.5, map.get("y"));
    assertEquals(3000000000L, map.get("x"));
    assertNull(map.get("w"));
    assertEquals(List.of(1, "a", Map.of("u", true)), map.get("v"));
    assertThrows(UnsupportedOperationException.class, () -> map.put("t", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "7", "null", "\"text\"", "{", "{\"a\":}", "<html></html>"})
  void fileThatIsNoJsonObjectIsRefusedByName(String text) throws IOException {
    Path file = Files.writeString(temp.resolve("config.json"), text);
    IOException e = assertThrows(IOException.class, () -> Json.config(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e::getMessage);
    assertTrue(e.getMessage().endsWith("; copy the file again"), e::getMessage);
  }

  @Test
  void missingFileIsRefusedByName() {
    Path file = temp.resolve("config.json");
    IOException e = assertThrows(IOException.class, () -> Json.config(file));
    assertEquals(file + " is missing; copy the whole model again", e.getMessage());
  }

  private static Config config(String json) {
    return Json.config(JsonParser.parseString(json).getAsJsonObject(), "here.json");
  }

  private static void refused(String message, Executable reading) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, reading);
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }
}
