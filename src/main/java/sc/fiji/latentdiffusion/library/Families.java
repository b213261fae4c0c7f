package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.plugins.Plugins;

/** The families of models there are: every plugin of type {@link Family}. */
public final class Families {

  private static final List<Plugins.Entry<Family>> ALL = Plugins.of(Family.class);

  private Families() {}

  /**
   * The family of a model.
   *
   * @throws IOException if it belongs to none, listing those there are
   */
  public static Family of(Model model) throws IOException {
    return entry(model).instance();
  }

  /** The label of a model's family. */
  public static String label(Model model) throws IOException {
    return entry(model).annotation().label();
  }

  private static Plugins.Entry<Family> entry(Model model) throws IOException {
    for (Plugins.Entry<Family> entry : ALL) {
      if (entry.instance().fits(model)) return entry;
    }
    throw new IOException(
        "The model "
            + model.path()
            + ", a "
            + model.index().text("_class_name", "model without a _class_name")
            + ", belongs to no family that is supported. There are: "
            + ALL.stream()
                .map(e -> e.annotation().label())
                .sorted()
                .collect(Collectors.joining("; "))
            + ".");
  }
}
