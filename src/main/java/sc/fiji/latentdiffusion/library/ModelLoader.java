package sc.fiji.latentdiffusion.library;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LoadedWeights;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * Loads models. All of a model is checked by the headers of its files; the weights of a network are
 * read, with LoRAs merged into them, at its first use. Files stay as they are.
 */
public final class ModelLoader {

  private ModelLoader() {}

  /** As {@link #load(Model, List, String, String)} without a LoRA. */
  public static LatentDiffusion load(Model files, String precision, String device)
      throws IOException {
    return load(files, List.of(), precision, device);
  }

  /**
   * Loads a model.
   *
   * @param files of the model
   * @param loras any number
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return the model
   * @throws IOException if it is not a whole model of a supported family, or a LoRA does not fit it
   * @throws IllegalArgumentException if this machine has no such device or can't use the precision
   */
  public static LatentDiffusion load(Model files, List<Lora> loras, String precision, String device)
      throws IOException {
    Family family = Families.of(files);
    Declaration declaration = family.declare(files);
    double denoiser = 0;
    for (String component : declaration.components(Role.DENOISER)) {
      denoiser += files.bytes(component);
    }
    Hardware hardware = Hardware.of(precision, device, denoiser);
    return load(files, family, declaration, loras, hardware, hardware.memory().usable());
  }

  /**
   * Loads a model.
   *
   * @param files of the model
   * @param loras any number
   * @param hardware where it runs, and in which precision
   * @param memory how many bytes weights and decoding may take together; if they need more, the
   *     networks make room for one another
   * @return the model
   * @throws IOException if it is not a whole model of a supported family, or a LoRA does not fit it
   */
  public static LatentDiffusion load(
      Model files, List<Lora> loras, Hardware hardware, double memory) throws IOException {
    Family family = Families.of(files);
    return load(files, family, family.declare(files), loras, hardware, memory);
  }

  private static LatentDiffusion load(
      Model files,
      Family family,
      Declaration declaration,
      List<Lora> loras,
      Hardware hardware,
      double memory)
      throws IOException {
    NDManager manager = hardware.newManager();
    try {
      LoraLayers changes = LoraLayers.of(loras, files, declaration);
      Loading with =
          new Loading(
              manager,
              new Kernels(manager),
              hardware.precision(),
              changes::of,
              new LoadedWeights(memory));
      return new LatentDiffusion(family.load(files, declaration, with), hardware, loras);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }
}
