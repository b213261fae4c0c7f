package sc.fiji.latentdiffusion.keys;

import java.util.List;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleItem;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;

/** What the Help button of a dialog shows: the command, and each input with its macro key. */
public final class Help {

  private static final String KEYS =
      "In a text of several lines Enter begins a line; Ctrl+Enter is OK, Tab goes to the next"
          + " field, Escape cancels.";

  private Help() {}

  /** The text as HTML, which begins with the tag that makes ImageJ show it as such. */
  public static String html(ModuleInfo info, List<ModuleItem<?>> inputs) {
    StringBuilder html = new StringBuilder("<html><body style='width: 420px'>");
    html.append("<p>").append(info.getDescription()).append("</p><dl>");
    for (ModuleItem<?> item : inputs) {
      html.append("<dt><b>").append(item.getLabel()).append("</b> (").append(item.getName());
      html.append(")</dt><dd>").append(item.getDescription()).append("</dd>");
    }
    html.append("</dl>");
    if (inputs.stream()
        .anyMatch(item -> DiffusionCommand.TEXT_STYLE.equals(item.getWidgetStyle()))) {
      html.append("<p>").append(KEYS).append("</p>");
    }
    return html.append("</body></html>").toString();
  }
}
