package sc.fiji.latentdiffusion.keys;

import java.util.Collection;
import org.scijava.convert.AbstractConverter;
import org.scijava.convert.Converter;
import org.scijava.plugin.Plugin;

/** Reads what macros and scripts say of several schedulers, and lists for dialogs what there is. */
@Plugin(type = Converter.class)
public final class SchedulersConverter extends AbstractConverter<String, SchedulersChoice> {

  @Override
  public <T> T convert(Object name, Class<T> type) {
    return type.cast(new SchedulersChoice(name.toString()));
  }

  @Override
  public void populateInputCandidates(Collection<Object> objects) {
    objects.addAll(SchedulersChoice.choices());
  }

  @Override
  public Class<SchedulersChoice> getOutputType() {
    return SchedulersChoice.class;
  }

  @Override
  public Class<String> getInputType() {
    return String.class;
  }
}
