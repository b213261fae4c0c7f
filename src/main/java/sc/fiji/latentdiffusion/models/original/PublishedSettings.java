/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.original;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The settings of a model as it was published, which a resource holds: an object for each
 * component.
 *
 * @param components by name; may be changed
 */
public record PublishedSettings(JsonObject components) {

  /**
   * Reads them.
   *
   * @param beside a class of the resource's package
   * @param resource its name
   * @throws IOException if the jar lacks it
   */
  public static PublishedSettings read(Class<?> beside, String resource) throws IOException {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) throw new IOException("the jar lacks " + resource + "; install it again");
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new PublishedSettings(JsonParser.parseString(json).getAsJsonObject());
    }
  }

  /** Returns the settings of a component; empty if it has none. */
  public Optional<JsonObject> of(String component) {
    return Optional.ofNullable(components.getAsJsonObject(component));
  }

  /** Returns the settings of some components, in their order. */
  public Map<String, JsonObject> of(Predicate<String> component) {
    Map<String, JsonObject> some = new LinkedHashMap<>();
    for (String name : components.keySet()) {
      if (component.test(name)) some.put(name, components.getAsJsonObject(name));
    }
    return some;
  }

  /** Returns {@code model_index.json} as far as it names the class of a component. */
  public JsonObject index(String component) {
    JsonArray pair = new JsonArray();
    pair.add("diffusers");
    pair.add(components.getAsJsonObject(component).get("_class_name").getAsString());
    JsonObject index = new JsonObject();
    index.add(component, pair);
    return index;
  }
}
