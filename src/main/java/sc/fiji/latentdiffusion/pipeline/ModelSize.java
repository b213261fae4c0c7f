package sc.fiji.latentdiffusion.pipeline;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import sc.fiji.latentdiffusion.io.Model;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.VaeMemory;
import sc.fiji.latentdiffusion.nn.Precision;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * What the files of a model say of it without being loaded.
 *
 * @param weights bytes of all its weights, in the precision that it will compute in
 * @param vae how much memory its decoder takes
 * @param nativeSize width and height of the pictures it was trained with
 * @param noiseSchedule that schedulers plan by
 */
record ModelSize(double weights, VaeMemory vae, int nativeSize, NoiseSchedule noiseSchedule) {

  /**
   * Reads headers and settings alone.
   *
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @throws IOException if a file is missing or not right
   */
  static ModelSize of(Model model, String precision, String device) throws IOException {
    int bytes = elementBytes(precision, device, Hardware.isLarge(model));
    double weights = 0;
    for (String component : new String[] {"unet", "vae", "text_encoder", "text_encoder_2"}) {
      if (model.has(component)) {
        weights += bytes * elements(model.tensors(component));
      }
    }
    VaeMemory vae = VaeMemory.of(model.tensors("vae"), bytes);
    int size = UNet2DConditionModel.sampleSize(model.config("unet")) * vae.factor();
    return new ModelSize(weights, vae, size, LatentDiffusion.noiseSchedule(model));
  }

  /** Whether there is a graphics card is not known before the engine is loaded: as if not. */
  private static int elementBytes(String precision, String device, boolean large) {
    Precision auto =
        device.equals("gpu") ? Precision.FLOAT16 : Hardware.automatic(large, Processor.present());
    Precision chosen =
        precision.equals("auto") ? auto : Precision.valueOf(precision.toUpperCase(Locale.ROOT));
    return chosen.dtype().bytes();
  }

  private static double elements(Map<String, StoredTensor> tensors) {
    return tensors.values().stream()
        .mapToDouble(tensor -> (double) tensor.byteCount() / tensor.dtype().bytes())
        .sum();
  }
}
