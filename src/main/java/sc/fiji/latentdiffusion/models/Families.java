/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelKinds;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/** All families of models: every plugin of type {@link Family}. */
public final class Families {

  private static final List<Family> ALL =
      ModelKinds.all().stream().filter(Family.class::isInstance).map(Family.class::cast).toList();

  private Families() {}

  /** Returns all of them, in the order of their labels. */
  public static List<Family> all() {
    return ALL;
  }

  /** Returns the label of a family. */
  public static String label(Family family) {
    return ModelKinds.label(family);
  }

  /**
   * Returns the family of a model.
   *
   * @throws IOException if it belongs to none; the message lists all families
   */
  public static Family of(Model model) throws IOException {
    for (Family family : ALL) {
      if (family.fits(model)) return family;
    }
    throw new IOException(
        "The model "
            + model.path()
            + ", a "
            + model.index().text("_class_name", "model without a _class_name")
            + ", belongs to no family that is supported. There are: "
            + ModelKinds.labels()
            + ".");
  }

  /**
   * Returns the declaration of a model by its family.
   *
   * @throws IOException if the model belongs to no family, or {@link Family#declare} fails
   */
  public static Declaration declare(Model model) throws IOException {
    return declare(of(model), model);
  }

  /**
   * Returns the declaration of a model of a family, if its settings are such that it can be run.
   *
   * @throws IOException if {@link Family#checkSettings} or {@link Family#declare} fails
   */
  public static Declaration declare(Family family, Model model) throws IOException {
    family.checkSettings(model);
    return family.declare(model);
  }

  /**
   * Returns the noise schedule of a model by its family, from the model's settings alone.
   *
   * @throws IOException if the model belongs to no family, or {@link Family#noiseSchedule} fails
   */
  public static NoiseSchedule noiseSchedule(Model model) throws IOException {
    return of(model).noiseSchedule(model);
  }

  /**
   * Returns the noise schedule of a model.
   *
   * @return empty for an autoencoder alone
   * @throws IOException if {@link Family#noiseSchedule} fails
   */
  public static Optional<NoiseSchedule> noiseSchedule(Model model, Declaration declaration)
      throws IOException {
    return declaration.hasDenoiser() ? Optional.of(noiseSchedule(model)) : Optional.empty();
  }

  /**
   * Returns the name of the models that take a conditioning of some width, if one family has such
   * models.
   *
   * @param conditioningWidth how many numbers the denoiser takes for a token
   */
  public static Optional<String> kind(int conditioningWidth) {
    return ALL.stream()
        .flatMap(family -> Stream.ofNullable(family.kinds().get(conditioningWidth)))
        .findFirst();
  }
}
