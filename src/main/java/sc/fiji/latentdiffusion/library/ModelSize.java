/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.engine.Processor;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * How much memory a model takes, read from its files without loading it.
 *
 * @param declaration of the model
 * @param elementBytes of a number in the precision that it will compute in
 * @param textWeights bytes of its largest text encoder's weights
 * @param denoiserWeights bytes of its denoiser's weights
 * @param autoencoderWeights bytes of its autoencoder's weights
 * @param noiseSchedule that schedulers plan by; empty for an autoencoder alone
 */
record ModelSize(
    Declaration declaration,
    int elementBytes,
    double textWeights,
    double denoiserWeights,
    double autoencoderWeights,
    Optional<NoiseSchedule> noiseSchedule) {

  /**
   * Reads headers and settings alone.
   *
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @throws IOException if a file is missing or not right
   */
  static ModelSize of(Model model, String precision, String device) throws IOException {
    Declaration declaration = Families.declare(model);
    boolean large = Hardware.isLarge(bytes(model, declaration.components(Role.DENOISER)));
    int bytes = elementBytes(precision, device, large);
    double text = 0;
    for (String component : declaration.components(Role.TEXT_ENCODER)) {
      text = Math.max(text, inMemory(model.tensors(component), bytes));
    }
    return new ModelSize(
        declaration,
        bytes,
        text,
        inMemory(model, declaration.components(Role.DENOISER), bytes),
        inMemory(model, declaration.components(Role.AUTOENCODER), bytes),
        Families.noiseSchedule(model, declaration));
  }

  /**
   * Returns how much memory a run takes: text encoders are in memory before the others alone, and
   * denoiser and add-ons make room for the autoencoder where memory is scarce.
   *
   * @param parameters how many numbers the networks of add-ons hold
   * @param sized with the picture's width and height
   * @param usable bytes of memory
   * @return bytes, at least
   */
  double bytes(double parameters, Request sized, double usable) {
    double steps = denoiserWeights + elementBytes * (parameters + kept(sized));
    double decoding = autoencoderWeights + decoding(sized);
    double together = steps + decoding;
    return Math.max(textWeights, together <= usable ? together : Math.max(steps, decoding));
  }

  /** Returns how many numbers the step cache keeps of all answers, halves and views. */
  private double kept(Request sized) {
    if (!sized.sampling().cache().isOn()) return 0;
    int factor = declaration.latents().factor();
    double pixels =
        sized.tiling().views(sized.height() / factor, sized.width() / factor, factor).stream()
            .mapToDouble(view -> (double) view.height() * view.width())
            .sum();
    int halves = sized.guidance().isOn() ? 2 : 1;
    return declaration.keptChannels() * pixels * sized.sampling().batch() * halves;
  }

  /**
   * Returns how many bytes decoding a picture takes beside weights.
   *
   * @param sized with the picture's width and height
   */
  double decoding(Request sized) {
    return declaration.work().bytes(sized.width(), sized.height(), elementBytes);
  }

  /**
   * Returns how the model's training mixed data and noise.
   *
   * @param sized with the picture's width and height
   */
  NoiseSchedule noiseSchedule(Request sized) {
    int factor = declaration.latents().factor();
    return noiseSchedule.orElseThrow().forLatents(sized.width() / factor, sized.height() / factor);
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

  /** Returns how many bytes the tensors of some components take in a model's files. */
  static double bytes(Model model, List<String> components) throws IOException {
    double bytes = 0;
    for (String component : components) bytes += model.bytes(component);
    return bytes;
  }

  private static double inMemory(Model model, List<String> components, int elementBytes)
      throws IOException {
    double bytes = 0;
    for (String component : components) bytes += inMemory(model.tensors(component), elementBytes);
    return bytes;
  }

  private static double inMemory(Map<String, StoredTensor> tensors, int elementBytes) {
    return tensors.values().stream().mapToDouble(t -> t.bytesInMemory(elementBytes)).sum();
  }
}
