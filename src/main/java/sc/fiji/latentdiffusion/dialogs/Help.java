package sc.fiji.latentdiffusion.dialogs;

import java.util.List;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleItem;

/** What the Help button of a dialog shows: the command, and each input with its macro key. */
public final class Help {

  private Help() {}

  /** The text as HTML, which begins with the tag that makes ImageJ show it as such. */
  public static String html(ModuleInfo info, List<ModuleItem<?>> inputs) {
    StringBuilder html = new StringBuilder("<html><body style='width: 420px'>");
    html.append("<p>").append(info.getDescription()).append("</p><dl>");
    for (ModuleItem<?> item : inputs) {
      html.append("<dt><b>").append(item.getLabel()).append("</b> (").append(item.getName());
      html.append(")</dt><dd>").append(item.getDescription()).append("</dd>");
    }
    return html.append("</dl></body></html>").toString();
  }
}
