/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.files;

import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;

/** A path as users write or paste it. */
public final class WrittenPath {

  private static final String QUOTES = "\"'";
  private static final String ADDRESS = "file:";

  private WrittenPath() {}

  /**
   * Returns the path that is meant: without quotes around the whole, as file browsers copy it; with
   * the home folder for {@code ~}, as in a shell; and of an address that begins with {@code file:}.
   * Other texts stay.
   *
   * @param written name or path
   */
  public static String plain(String written) {
    String text = unquoted(written.strip());
    if (text.startsWith(ADDRESS + "/")) {
      return address(text);
    }
    boolean home = text.equals("~") || text.startsWith("~/") || text.startsWith("~\\");
    return home ? System.getProperty("user.home") + text.substring(1) : text;
  }

  private static String unquoted(String text) {
    int last = text.length() - 1;
    boolean quoted =
        last > 0
            && QUOTES.indexOf(text.charAt(0)) >= 0
            && text.charAt(last) == text.charAt(0)
            && text.indexOf(text.charAt(0), 1) == last;
    return quoted ? text.substring(1, last).strip() : text;
  }

  private static String address(String text) {
    try {
      return Path.of(URI.create(text.replace(" ", "%20"))).toString();
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return text; // an address of another computer, or with characters that no address has
    }
  }
}
