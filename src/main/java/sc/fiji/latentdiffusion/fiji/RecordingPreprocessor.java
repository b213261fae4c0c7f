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
import sc.fiji.latentdiffusion.hosts.Recording;

/** Takes the recording of a command over from ImageJ, before anything can cancel it. */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_HIGH + 3)
public final class RecordingPreprocessor extends AbstractPreprocessorPlugin {

  @Override
  public void process(Module module) {
    if (module.getDelegateObject() instanceof DiffusionCommand) {
      Recording.begin(module.getInfo());
    }
  }
}
