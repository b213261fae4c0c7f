package sc.fiji.latentdiffusion.images.results;

import ij.process.ColorProcessor;

/**
 * The picture as a run believes it at the present step, made when it is asked for. To be asked only
 * while the progress is being told of it.
 */
public interface Preview {

  /** About the picture: the latents' colours by a linear map; decoded, where none is known. */
  ColorProcessor linear();

  /**
   * About the picture, decoded by a small decoder.
   *
   * @throws IllegalStateException if the progress had not said that it wants such previews
   */
  ColorProcessor tiny();

  /** The picture, decoded by the VAE. */
  ColorProcessor decoded();
}
