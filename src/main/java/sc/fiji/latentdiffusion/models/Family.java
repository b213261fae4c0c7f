package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import org.scijava.plugin.SciJavaPlugin;
import sc.fiji.latentdiffusion.io.model.Model;

/**
 * A kind of latent diffusion model: which models belong to it, and how it makes conditioning of
 * prompts. One file a family, found by {@code @Plugin(type = Family.class)}; needs a public
 * constructor without parameters.
 */
public interface Family extends SciJavaPlugin {

  /** Returns whether a model belongs to it, by the components it has. */
  boolean fits(Model model);

  /**
   * Builds what encodes prompts.
   *
   * @param networks of the model; owns what is built
   * @return the encoder
   * @throws IOException if a part is missing or is not of this family
   */
  Conditioner promptEncoder(LoadedModel networks) throws IOException;
}
