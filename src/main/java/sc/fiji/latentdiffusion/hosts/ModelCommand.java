package sc.fiji.latentdiffusion.hosts;

import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.keys.Key;

/** A command that reads a model. */
public abstract class ModelCommand extends DiffusionCommand {

  @Parameter(
      label = "Model",
      description =
          "Empty for the built-in model; else the path of a model – a single file, or a folder in"
              + " diffusers' layout –, or the name of one in the models folder.",
      style = Key.MODEL_STYLE,
      required = false,
      persist = false,
      attrs = @Attr(name = Key.PART, value = Key.BOTTOM))
  private String model = "";

  /** The model's name or path; empty for the built-in model. */
  protected final String model() {
    return model;
  }
}
