package sc.fiji.latentdiffusion.addons;

import org.scijava.plugin.SciJavaPlugin;

/**
 * A kind of add-on, for example LoRA: a folder below this package, found by {@code @Plugin}. Macros
 * hold the keys of all kinds by falling priority.
 */
public interface AddOn extends SciJavaPlugin {

  /** Returns the key, folder and file names of this kind, and the form of its lists. */
  Kind kind();
}
