/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.KnownWords;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.PromptNotes;
import sc.fiji.latentdiffusion.pipeline.Request;

/** A command that reads a model. */
public abstract class ModelCommand extends DiffusionCommand {

  /** A paragraph in HTML on the built-in repair model. */
  private static final String REPAIR =
      "<b>The built-in repair model</b> (repair) continues in a selection what is around it,"
          + " without words. What it paints is invented: never measure it.";

  /** A paragraph in HTML on the built-in epithelium model. */
  private static final String EPITHELIUM =
      "<b>The built-in epithelium model</b> (epithelium) makes grey pictures of 64 × 64 pixels,"
          + " without words. It is an example of a model that one trains on one's own images.";

  @Parameter(
      label = "Model",
      description =
          "Empty for the built-in model, repair or epithelium for the other two that come with the"
              + " plugin; else the path of a model – a single file, or a folder in diffusers'"
              + " layout –, or the name of one in the models folder.",
      style = Key.MODEL_STYLE,
      required = false,
      persist = false,
      attrs = @Attr(name = Key.PART, value = Key.BOTTOM))
  private String model = "";

  /** The model's name or path; empty for the built-in model. */
  protected final String model() {
    return model;
  }

  /**
   * Notes on prompts.
   *
   * @param request with the prompts and the model
   */
  protected static List<String> promptNotes(Request request) throws IOException {
    return PromptNotes.of(request, ModelsFolder.get());
  }

  /** The built-in models, with the words that they know, group by group. */
  @Override
  protected List<String> about() {
    return about(library().builtIn(BuiltIn.DRAWING).words());
  }

  /**
   * Returns paragraphs in HTML on the built-in models.
   *
   * @param known words of the one that draws
   */
  public static List<String> about(Optional<KnownWords> known) {
    return Stream.concat(known.stream().map(ModelCommand::words), Stream.of(REPAIR, EPITHELIUM))
        .toList();
  }

  private static String words(KnownWords known) {
    StringBuilder text = new StringBuilder("<b>The built-in model</b> makes pictures: ");
    text.append(known.pictures()).append(". It knows few words.<ul>");
    known
        .groups()
        .forEach(
            (group, words) ->
                text.append("<li>")
                    .append(group)
                    .append(": ")
                    .append(String.join(", ", words))
                    .append("</li>"));
    text.append("</ul>Its pictures are made up: never take them for a measurement.");
    return text.toString();
  }
}
