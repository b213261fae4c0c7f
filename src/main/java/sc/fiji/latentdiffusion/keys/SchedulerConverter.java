package sc.fiji.latentdiffusion.keys;

import java.util.Collection;
import org.scijava.convert.AbstractConverter;
import org.scijava.convert.Converter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.plugins.Schedulers;

/** Reads a scheduler's name from macros and scripts, and lists for dialogs what there is. */
@Plugin(type = Converter.class)
public final class SchedulerConverter extends AbstractConverter<String, SchedulerChoice> {

  @Override
  public <T> T convert(Object name, Class<T> type) {
    return type.cast(new SchedulerChoice(name.toString()));
  }

  @Override
  public void populateInputCandidates(Collection<Object> objects) {
    Schedulers.names().forEach(name -> objects.add(new SchedulerChoice(name)));
  }

  @Override
  public Class<SchedulerChoice> getOutputType() {
    return SchedulerChoice.class;
  }

  @Override
  public Class<String> getInputType() {
    return String.class;
  }
}
