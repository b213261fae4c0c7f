/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.util.List;
import org.scijava.module.ModuleInfo;

/** The text behind the Help button of a dialog: the command, and the meaning of each key. */
public final class Help {

  private static final String TYPING =
      "In a text of several lines Enter begins a line; Ctrl+Enter is OK, Tab goes to the next"
          + " field, Escape cancels.";

  private Help() {}

  /**
   * The text as HTML, which begins with the tag that makes ImageJ show it as such.
   *
   * @param keys in the dialog's order
   * @param about paragraphs in HTML on other things than keys
   */
  public static String html(ModuleInfo info, List<Key> keys, List<String> about) {
    StringBuilder html = new StringBuilder("<html><body style='width: 420px'>");
    html.append("<p>").append(info.getDescription()).append("</p><dl>");
    for (Key key : keys) {
      html.append("<dt><b>").append(key.label()).append("</b> (").append(key.name());
      html.append(")</dt><dd>").append(key.description()).append("</dd>");
    }
    html.append("</dl>");
    about.forEach(paragraph -> html.append("<p>").append(paragraph).append("</p>"));
    if (keys.stream().anyMatch(key -> key.isStyle(Key.TEXT_STYLE))) {
      html.append("<p>").append(TYPING).append("</p>");
    }
    return html.append("</body></html>").toString();
  }
}
