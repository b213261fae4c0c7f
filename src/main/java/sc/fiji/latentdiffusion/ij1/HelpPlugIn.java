/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.gui.HTMLDialog;
import ij.plugin.PlugIn;
import java.awt.Container;
import java.awt.EventQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.swing.JButton;
import sc.fiji.latentdiffusion.hosts.ModelCommand;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.Model;

/** Opens the help on all commands, the built-in model and the examples. */
public final class HelpPlugIn implements PlugIn {

  /** The menu entry's label. */
  public static final String LABEL = "Latent Diffusion Help";

  /** The first three clicks. */
  private static final String FIRST =
      "<b>To begin:</b> choose <i>Text to Image...</i> and OK. Then select a region of an image and"
          + " choose <i>Image to Image...</i>. Tick <i>Latents</i> or <i>Noise</i> behind"
          + " <i>More...</i> to see every step.";

  private static final String MORE =
      "<b>More:</b> <i>Help</i> in a dialog explains each of its fields, and names its key in"
          + " macros. ImageJ's recorder (Plugins ▸ Macros ▸ Record…) writes the line that repeats a"
          + " run. Image ▸ Show Info… tells what made an image. <i>Examples</i> are macros; Shift"
          + " while choosing one opens its text. <i>Copy Diagnostics</i> copies what a report of a"
          + " fault needs, and nothing personal.";

  /** Opens the window; other windows can be used beside it. */
  @Override
  public void run(String none) {
    HTMLDialog window = new HTMLDialog(LABEL, html(MenuEntries.all()), false);
    EventQueue.invokeLater(() -> addDiagnostics(window));
  }

  /** Adds a button beside OK. */
  private static void addDiagnostics(HTMLDialog window) {
    JButton copy = new JButton(Diagnostics.LABEL);
    copy.addActionListener(event -> Diagnostics.copy());
    Container content = window.getContentPane();
    Container buttons = (Container) content.getComponent(content.getComponentCount() - 1);
    buttons.add(copy);
    window.validate();
  }

  /** Returns the text, with the commands among the menu's entries in their order. */
  static String html(List<MenuEntries.Entry> entries) {
    StringBuilder html = new StringBuilder("<html><body style='width: 460px'>");
    paragraph(html, FIRST);
    html.append("<dl>");
    for (MenuEntries.Entry entry : entries) {
      String description = entry.description();
      if (!description.isEmpty()) {
        html.append("<dt><b>").append(entry.label()).append("</b></dt><dd>");
        html.append(description).append("</dd>");
      }
    }
    html.append("</dl>");
    builtIn().forEach(text -> paragraph(html, text));
    paragraph(html, MORE);
    return html.append("</body></html>").toString();
  }

  private static void paragraph(StringBuilder html, String text) {
    html.append("<p>").append(text).append("</p>");
  }

  private static List<String> builtIn() {
    try {
      return ModelCommand.about(Model.find(BuiltIn.DRAWING.key(), null).words());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
