/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import ij.ImagePlus;
import ij.WindowManager;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Titles of results: unlike those of all open images, as macros select images by title. A title may
 * name the image that the result was made of: "img2d – Image to Image".
 */
public final class ResultTitle {

  private static final String DASH = " – ";

  private static final Pattern EXTENSION = Pattern.compile("(?i)(\\.ome)?\\.[a-z][a-z0-9]{1,3}$");

  private ResultTitle() {}

  /**
   * Returns the name of an image for the titles of its results: its title without the extension of
   * a file; of an image that is a result itself, the name in its title.
   */
  public static String source(ImagePlus image) {
    String title = image.getTitle();
    int dash = title.lastIndexOf(DASH);
    boolean isResult = image.getStringProperty("macro") != null;
    return isResult && dash > 0
        ? title.substring(0, dash)
        : EXTENSION.matcher(title).replaceFirst("");
  }

  /**
   * Returns a title that no open image has.
   *
   * @param source named before the title; may be empty
   * @param title of the first such image; later ones get "-1", "-2", …
   */
  static String unique(String source, String title) {
    String first = source.isEmpty() ? title : source + DASH + title;
    Set<String> taken = open();
    String unique = first;
    for (int i = 1; taken.contains(unique); i++) {
      unique = first + "-" + i;
    }
    return unique;
  }

  private static Set<String> open() {
    int[] ids = WindowManager.getIDList();
    return ids == null
        ? Set.of()
        : IntStream.of(ids)
            .mapToObj(WindowManager::getImage)
            .filter(Objects::nonNull)
            .map(ImagePlus::getTitle)
            .collect(Collectors.toSet());
  }
}
