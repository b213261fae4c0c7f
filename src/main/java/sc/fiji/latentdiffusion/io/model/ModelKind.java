package sc.fiji.latentdiffusion.io.model;

import java.util.List;
import java.util.Set;
import org.scijava.plugin.SciJavaPlugin;

/**
 * What a kind of model says of its files: how models of it are recognised, of which components
 * their folders consist, and how single files of it are laid out. Plugins of a type below this one
 * are found, see {@link ModelKinds}.
 */
public interface ModelKind extends SciJavaPlugin {

  /**
   * Returns whether a model is of this kind.
   *
   * @param model is asked only for its {@linkplain Model#index index} and for the components that
   *     it {@linkplain Model#named names}; the files themselves may be missing
   */
  boolean fits(Model model);

  /** Returns the components that models of this kind may have, in the order of tables. */
  List<Component> components();

  /**
   * Returns other components that models of this kind often name, and without which their pictures
   * are the same here.
   */
  default Set<String> ignored() {
    return Set.of();
  }

  /** Returns the layouts of single files that hold models of this kind. */
  default List<SingleFileLayout> singleFiles() {
    return List.of();
  }
}
