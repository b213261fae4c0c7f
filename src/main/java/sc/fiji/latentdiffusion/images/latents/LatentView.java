/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.Canvas;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Rounding;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/** Decodes latents to an image. */
public final class LatentView {

  private LatentView() {}

  /**
   * Decodes a latent image's current frame, to grey if it was made of a grey picture.
   *
   * @param call of the command
   * @param latent 32-bit, with the model's number of channels
   * @param type of the image
   * @throws IllegalArgumentException if it is not a latent image, or not all its values are finite
   * @throws IOException if a file of the model can't be read
   */
  public static ImagePlus picture(
      MacroCall call, ImagePlus latent, LatentDiffusion model, ResultType type) throws IOException {
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray latents = LatentImages.tensor(latent, model.latentChannels(), manager);
      Region pixels = Region.decoded(latent.getWidth(), latent.getHeight(), model.factor());
      ModelView view = ModelView.of(model, pixels);
      Canvas canvas = view.canvas(type, Info.grey(latent).or(view::grey));
      view.decode(latents, canvas.picture());
      ImagePlus result = canvas.image("Decoded");
      Calibrated.of(latent).scaled(1.0 / model.factor()).applyTo(result);
      List<String> warnings = LatentStep.mismatches(latent, model);
      StepStacks.Quantity.noteOnDecoding(latent).ifPresent(warnings::add);
      Info.log(call, warnings);
      Info info = Info.ofVae(call.with(hardware(model)), model).putWarnings(warnings);
      Rounding rounding = new Rounding();
      rounding.add(canvas.picture());
      info.put("input", latent.getTitle()).put("frame", latent.getFrame());
      info.put(rounding).applyTo(result);
      return result;
    }
  }

  private static Map<String, String> hardware(LatentDiffusion model) {
    return Map.of("precision", model.precision(), "device", model.device());
  }
}
