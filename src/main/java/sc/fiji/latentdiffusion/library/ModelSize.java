package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.engine.Processor;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.vae.VaeMemory;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * What the files of a model say of it without being loaded.
 *
 * @param elementBytes of a number in the precision that it will compute in
 * @param textWeights bytes of its largest text encoder's weights
 * @param unetWeights bytes of its U-Net's weights
 * @param vaeWeights bytes of its VAE's weights
 * @param vae how much memory its decoder takes
 * @param nativeSize width and height of the pictures it was trained with
 * @param noiseSchedule that schedulers plan by
 */
record ModelSize(
    int elementBytes,
    double textWeights,
    double unetWeights,
    double vaeWeights,
    VaeMemory vae,
    int nativeSize,
    NoiseSchedule noiseSchedule) {

  /**
   * Reads headers and settings alone.
   *
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @throws IOException if a file is missing or not right
   */
  static ModelSize of(Model model, String precision, String device) throws IOException {
    int bytes = elementBytes(precision, device, Hardware.isLarge(model));
    double text = 0;
    for (String component : new String[] {"text_encoder", "text_encoder_2"}) {
      if (model.has(component)) {
        text = Math.max(text, bytes * elements(model.tensors(component)));
      }
    }
    VaeMemory vae = VaeMemory.of(model.tensors("vae"), bytes);
    int size = UNet2DConditionModel.sampleSize(model.config("unet")) * vae.factor();
    return new ModelSize(
        bytes,
        text,
        bytes * elements(model.tensors("unet")),
        bytes * elements(model.tensors("vae")),
        vae,
        size,
        LatentDiffusion.noiseSchedule(model));
  }

  /**
   * How much memory a run takes: text encoders are there before the others alone, and U-Net and
   * ControlNets make room for the VAE where memory is scarce.
   *
   * @param controls ControlNets that steer it
   * @param sized with the picture's width and height
   * @param usable bytes of memory
   * @return bytes, at least
   */
  double bytes(List<ControlNetFile> controls, Request sized, double usable) {
    double steps = unetWeights;
    for (ControlNetFile control : controls) {
      steps += elementBytes * elements(control.tensors());
    }
    double decoding = vaeWeights + vae.bytes(sized.width(), sized.height());
    double together = steps + decoding;
    return Math.max(textWeights, together <= usable ? together : Math.max(steps, decoding));
  }

  private static int elementBytes(String precision, String device, boolean large) {
    Precision auto =
        Hardware.expectsGpu(device)
            ? Precision.FLOAT16
            : Hardware.automatic(large, Processor.present());
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
