package sc.fiji.latentdiffusion.images.results;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The images and the table that a run has made. An image's role is the name of the command's output
 * that holds it, whatever its title.
 *
 * @param images by role, in their order
 * @param table or null for none
 * @param title of the table's window
 */
public record Results(Map<String, ImagePlus> images, ResultsTable table, String title) {

  /** Nothing. */
  public static final Results NONE = new Results(Map.of(), null, "");

  /** The role of a command's own image; a run that was stopped may lack it. */
  public static final String RESULT = "result";

  /** The role of the image that a command's own latents decode to. */
  public static final String PICTURE = "picture";

  /** Copies the images. */
  public Results {
    images = Collections.unmodifiableMap(new LinkedHashMap<>(images));
  }

  /** An image alone. */
  public static Results of(ImagePlus result) {
    return NONE.with(RESULT, result);
  }

  /** A table alone. */
  public static Results of(ResultsTable table, String title) {
    return new Results(Map.of(), table, title);
  }

  /** Returns these and one more image, the last. */
  public Results with(String role, ImagePlus image) {
    Map<String, ImagePlus> all = new LinkedHashMap<>(images);
    all.put(role, image);
    return new Results(all, table, title);
  }

  /** Returns these with the images of others behind their own, and with their table if any. */
  public Results with(Results others) {
    Map<String, ImagePlus> all = new LinkedHashMap<>(images);
    all.putAll(others.images);
    return others.table == null
        ? new Results(all, table, title)
        : new Results(all, others.table, others.title);
  }

  /** Returns these with another title of the table. */
  public Results titled(String other) {
    return new Results(images, table, other);
  }

  /** All images, in their order. */
  public List<ImagePlus> all() {
    return List.copyOf(images.values());
  }

  /** The image of a role, or null. */
  public ImagePlus get(String role) {
    return images.get(role);
  }
}
