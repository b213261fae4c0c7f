/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import sc.fiji.latentdiffusion.addons.Added;
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
 * read, with the changes of add-ons, at its first use. Files stay as they are.
 */
public final class ModelLoader {

  private ModelLoader() {}

  /** As {@link #load(Model, Added, String, String)} without add-ons. */
  public static LatentDiffusion load(Model files, String precision, String device)
      throws IOException {
    return load(files, Added.NONE, precision, device);
  }

  /**
   * Loads a model.
   *
   * @param files of the model
   * @param added gives the changes of its weights
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return the model
   * @throws IOException if it is not a whole model of a supported family, or an add-on does not fit
   *     it
   * @throws IllegalArgumentException if this machine has no such device or can't use the precision
   */
  public static LatentDiffusion load(Model files, Added added, String precision, String device)
      throws IOException {
    Family family = Families.of(files);
    Declaration declaration = Families.declare(family, files);
    double denoiser = ModelSize.bytes(files, declaration.components(Role.DENOISER));
    Hardware hardware = Hardware.of(precision, device, denoiser);
    return load(files, family, declaration, added, hardware, hardware.memory().usable());
  }

  /**
   * Loads a model.
   *
   * @param files of the model
   * @param added gives the changes of its weights
   * @param hardware where it runs, and in which precision
   * @param memory how many bytes weights and decoding may take together; if they need more, the
   *     networks make room for one another
   * @return the model
   * @throws IOException if it is not a whole model of a supported family, or an add-on does not fit
   *     it
   */
  public static LatentDiffusion load(Model files, Added added, Hardware hardware, double memory)
      throws IOException {
    Family family = Families.of(files);
    return load(files, family, Families.declare(family, files), added, hardware, memory);
  }

  private static LatentDiffusion load(
      Model files,
      Family family,
      Declaration declaration,
      Added added,
      Hardware hardware,
      double memory)
      throws IOException {
    NDManager manager = hardware.newManager();
    try {
      Loading with =
          new Loading(
              manager,
              new Kernels(manager),
              hardware.precision(),
              added.changes(files, declaration),
              new LoadedWeights(memory));
      return new LatentDiffusion(family.load(files, declaration, with), hardware);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }
}
