package sc.fiji.latentdiffusion.commands;

import org.scijava.module.Module;
import org.scijava.module.process.AbstractPostprocessorPlugin;
import org.scijava.module.process.PostprocessorPlugin;
import org.scijava.plugin.Plugin;

/** Opens the table of a {@link TableCommand} in hosts that open a command's outputs themselves. */
@Plugin(type = PostprocessorPlugin.class)
public final class TablePostprocessor extends AbstractPostprocessorPlugin {

  @Override
  public void process(Module module) {
    if (module.getDelegateObject() instanceof TableCommand command && !command.isCanceled()) {
      command.showTable();
      module.resolveOutput("table");
    }
  }
}
