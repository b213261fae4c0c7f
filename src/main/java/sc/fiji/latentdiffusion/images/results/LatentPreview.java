package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.process.ColorProcessor;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * The preview of latents, in the size of the region that the model sees.
 *
 * @param view the region
 * @param latents [1, channels, height, width], float32
 */
public record LatentPreview(ModelView view, NDArray latents) implements Preview {

  @Override
  public ColorProcessor linear() {
    return LatentColours.of(view.model().declaration().latents())
        .map(colours -> view.enlarged(colours.picture(latents)))
        .orElseGet(this::decoded);
  }

  @Override
  public ColorProcessor tiny() {
    LatentDiffusion model = view.model();
    try (NDManager manager = model.manager().newSubManager()) {
      return view.picture(model.tinyDecoder().decode(latents, manager));
    }
  }

  @Override
  public ColorProcessor decoded() {
    return view.decode(latents);
  }
}
