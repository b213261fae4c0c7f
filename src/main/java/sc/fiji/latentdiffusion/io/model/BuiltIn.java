/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models that come with the plugin, in the jar. Their names are taken: a model of such a name
 * in the models folder is reached by its path.
 */
public enum BuiltIn {

  /** Draws pictures from words; the model that is used where none is named. */
  DRAWING("", "built-in", "built-in model"),

  /** Repairs a selection from its surroundings. */
  REPAIR("repair", "repair", "built-in repair model"),

  /**
   * Makes grey pictures of an epithelium without words, of pixels: what people train themselves.
   */
  EPITHELIUM("epithelium", "epithelium", "built-in epithelium model");

  private final String key;
  private final String label;
  private final String title;

  BuiltIn(String key, String label, String title) {
    this.key = key;
    this.label = label;
    this.title = title;
  }

  /** Returns the model that a user names, if it is one of these. */
  public static Optional<BuiltIn> named(String wanted) {
    String name = wanted == null ? "" : wanted.strip();
    return Stream.of(values()).filter(m -> name.equals(m.key) || name.equals(m.label)).findFirst();
  }

  /** Returns its name as macros record it; empty for {@link #DRAWING}. */
  public String key() {
    return key;
  }

  /** Returns its name in lists and in the Info of results. */
  public String label() {
    return label;
  }

  /** Returns its name in sentences, without an article. */
  public String title() {
    return title;
  }

  /** Returns the resource of its index, which lies in its folder on the class path. */
  String index() {
    return "/" + (key.isEmpty() ? "model" : key) + "/" + ModelFolder.INDEX;
  }
}
