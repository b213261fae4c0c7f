package sc.fiji.latentdiffusion.keys;

import ij.ImagePlus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scijava.Context;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;

/**
 * The inputs of a command that a user gives, in their order, read and written as texts; beside them
 * its image. Services are no inputs to a user.
 */
public final class Inputs {

  private final Module module;
  private final List<ModuleItem<?>> items = new ArrayList<>();
  private final List<ModuleItem<?>> images = new ArrayList<>();

  /** Those of a module. */
  public Inputs(Module module) {
    this.module = module;
    for (ModuleItem<?> item : module.getInfo().inputs()) {
      if (item.getType() == ImagePlus.class) {
        images.add(item);
      } else if (!Service.class.isAssignableFrom(item.getType())
          && !Context.class.isAssignableFrom(item.getType())) {
        items.add(item);
      }
    }
  }

  /** The image that is worked on; null if there is none, or the command needs none. */
  public ImagePlus image() {
    return images.isEmpty() ? null : (ImagePlus) module.getInput(images.get(0).getName());
  }

  /** Sets the image, if the command needs one and it is not given yet. */
  public void setImage(ImagePlus active) {
    for (ModuleItem<?> image : images) {
      if (active != null && !module.isInputResolved(image.getName())) {
        module.setInput(image.getName(), active);
        module.resolveInput(image.getName());
      }
    }
  }

  /** Each but the image. */
  public List<ModuleItem<?>> items() {
    return List.copyOf(items);
  }

  /** The macro keys, in their order. */
  public List<String> keys() {
    return items.stream().<String>map(ModuleItem::getName).toList();
  }

  /** The values that a new module has, by key. */
  public Map<String, String> defaults() {
    try {
      return values(module.getInfo().createModule());
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All values as they stand in the module now, by key. */
  public Map<String, String> values() {
    return values(module);
  }

  private Map<String, String> values(Module from) {
    Map<String, String> values = new LinkedHashMap<>();
    keys().forEach(key -> values.put(key, MacroLine.text(from.getInput(key))));
    return values;
  }

  /**
   * Sets all inputs: to the texts given, and to their defaults where none is given.
   *
   * @throws IllegalArgumentException if a text is no value of its input's type
   */
  public void setAll(Map<String, String> texts) {
    Map<String, String> defaults = defaults();
    for (ModuleItem<?> item : items) {
      String key = item.getName();
      module.setInput(key, value(item, texts.getOrDefault(key, defaults.get(key))));
    }
  }

  private static Object value(ModuleItem<?> item, String text) {
    Class<?> type = item.getType();
    if (type == boolean.class) {
      return flag(item.getName(), text);
    }
    if (type == SchedulerChoice.class) {
      return new SchedulerChoice(text);
    }
    if (type == SchedulersChoice.class) {
      return new SchedulersChoice(text);
    }
    return type == String.class ? text : number(item.getName(), type, text);
  }

  private static Number number(String key, Class<?> type, String text) {
    try {
      if (type == int.class) {
        return new BigDecimal(text.trim()).intValueExact();
      }
      if (type == long.class) {
        return new BigDecimal(text.trim()).longValueExact();
      }
      return Double.valueOf(text.trim());
    } catch (ArithmeticException | NumberFormatException e) {
      String expected = type == double.class ? "a number" : "a whole number";
      throw refused(key, expected, text, e);
    }
  }

  private static boolean flag(String key, String text) {
    return switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw refused(key, "true or false", text, null);
    };
  }

  private static IllegalArgumentException refused(
      String key, String expected, String found, Throwable cause) {
    return new IllegalArgumentException(
        key + " must be " + expected + ", but is \"" + found + "\".", cause);
  }
}
