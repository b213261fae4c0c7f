package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.plugins.Plugins;

/** All families of models: every plugin of type {@link Family}. */
public final class Families {

  private static final List<Plugins.Entry<Family>> ALL =
      Plugins.of(Family.class).stream().sorted(Comparator.comparing(Families::label)).toList();

  private Families() {}

  private static String label(Plugins.Entry<Family> entry) {
    return entry.annotation().label();
  }

  /** Returns all of them, in the order of their labels. */
  public static List<Family> all() {
    return ALL.stream().map(Plugins.Entry::instance).toList();
  }

  /**
   * Returns the family of a model.
   *
   * @throws IOException if it belongs to none; the message lists all families
   */
  public static Family of(Model model) throws IOException {
    for (Family family : all()) {
      if (family.fits(model)) return family;
    }
    throw new IOException(
        "The model "
            + model.path()
            + ", a "
            + model.index().text("_class_name", "model without a _class_name")
            + ", belongs to no family that is supported. There are: "
            + ALL.stream().map(Families::label).collect(Collectors.joining("; "))
            + ".");
  }

  /**
   * Returns what a model's family declares of it.
   *
   * @throws IOException if the model belongs to no family, or {@link Family#declare} fails
   */
  public static Declaration declare(Model model) throws IOException {
    return of(model).declare(model);
  }
}
