/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;

/**
 * Refuses a command before a host asks for anything if no image is open, or none of a fitting kind.
 * It comes after Fiji has filled in the active image.
 */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_HIGH - 1)
public final class ImagePreprocessor extends AbstractPreprocessorPlugin {

  @Override
  public void process(Module module) {
    if (module.getDelegateObject() instanceof DiffusionCommand command) {
      try {
        command.checkImage();
      } catch (IllegalArgumentException e) {
        cancel(command.refuse(e));
      }
    }
  }
}
