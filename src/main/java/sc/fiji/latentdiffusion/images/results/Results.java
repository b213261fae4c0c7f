/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The images and the tables that a run has made. An image's role is the name of the command's
 * output that holds it, whatever its title.
 *
 * @param images by role, in their order
 * @param tables by the titles of their windows, the most important one first
 */
public record Results(Map<String, ImagePlus> images, Map<String, ResultsTable> tables) {

  /** Nothing. */
  public static final Results NONE = new Results(Map.of(), Map.of());

  /** The role of a command's own image; a run that was stopped may lack it. */
  public static final String RESULT = "result";

  /** The role of the image that a command's own latents decode to. */
  public static final String PICTURE = "picture";

  /** Copies both. */
  public Results {
    images = Collections.unmodifiableMap(new LinkedHashMap<>(images));
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
  }

  /** An image alone. */
  public static Results of(ImagePlus result) {
    return NONE.with(RESULT, result);
  }

  /** A table alone. */
  public static Results of(ResultsTable table, String title) {
    return NONE.with(table, title);
  }

  /** Returns these and one more image, the last. */
  public Results with(String role, ImagePlus image) {
    return with(new Results(Collections.singletonMap(role, image), Map.of()));
  }

  /** Returns these and one more table, the last. */
  public Results with(ResultsTable table, String title) {
    return with(new Results(Map.of(), Map.of(title, table)));
  }

  /** Returns these with the images and tables of others behind their own. */
  public Results with(Results others) {
    Map<String, ImagePlus> all = new LinkedHashMap<>(images);
    all.putAll(others.images);
    Map<String, ResultsTable> allTables = new LinkedHashMap<>(tables);
    allTables.putAll(others.tables);
    return new Results(all, allTables);
  }

  /** Returns these with something behind the titles of all tables. */
  public Results titled(String ending) {
    Map<String, ResultsTable> titled = new LinkedHashMap<>();
    tables.forEach((title, table) -> titled.put(title + ending, table));
    return new Results(images, titled);
  }

  /** All images, in their order. */
  public List<ImagePlus> all() {
    return List.copyOf(images.values());
  }

  /** The image of a role, or null. */
  public ImagePlus get(String role) {
    return images.get(role);
  }

  /** The first table, or null. */
  public ResultsTable table() {
    return tables.values().stream().findFirst().orElse(null);
  }

  /** The title of the first table; empty without one. */
  public String title() {
    return tables.keySet().stream().findFirst().orElse("");
  }
}
