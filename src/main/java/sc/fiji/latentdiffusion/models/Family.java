package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelKind;

/**
 * A kind of latent diffusion model, declared once: everybody else asks it. One folder a family,
 * found by {@code @Plugin(type = Family.class)}; needs a public constructor without parameters.
 */
public interface Family extends ModelKind {

  /**
   * Declares a model.
   *
   * @param model one that {@linkplain #fits fits}; its settings and the headers of its weights are
   *     read
   * @throws IOException if a file is missing, or not one of this family
   */
  Declaration declare(Model model) throws IOException;

  /**
   * Returns the names of its kinds by the width of their conditioning: add-ons that were made for
   * one of them are named so.
   */
  default Map<Integer, String> kinds() {
    return Map.of();
  }

  /** Returns the names of the small decoders that {@link LatentSpace#tinyDecoder} may give. */
  default List<String> tinyDecoders() {
    return List.of();
  }

  /**
   * Builds what encodes prompts.
   *
   * @param networks of the model; owns what is built
   * @return the encoder
   * @throws IOException if a part is missing or is not of this family
   */
  Conditioner promptEncoder(LoadedModel networks) throws IOException;
}
