package sc.fiji.latentdiffusion.ij1;

import ij.ImagePlus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scijava.Context;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;
import sc.fiji.latentdiffusion.images.MacroLine;

/** The inputs of a command that a user gives, in their order, read and written as texts. */
final class Inputs {

  private final Module module;
  private final ImagePlus active;
  private final List<ModuleItem<?>> items = new ArrayList<>();
  private final Map<String, String> defaults;

  /**
   * The inputs of a new module; services are left out, an image is set to the active one.
   *
   * @param active the active image, or null
   */
  Inputs(Module module, ImagePlus active) {
    this.module = module;
    this.active = active;
    for (ModuleItem<?> item : module.getInfo().inputs()) {
      if (item.getType() == ImagePlus.class) {
        module.setInput(item.getName(), active);
      } else if (!Service.class.isAssignableFrom(item.getType())
          && !Context.class.isAssignableFrom(item.getType())) {
        items.add(item);
      }
    }
    defaults = values();
  }

  /** The active image, or null. */
  ImagePlus active() {
    return active;
  }

  List<ModuleItem<?>> items() {
    return items;
  }

  /** The macro keys, in their order. */
  List<String> keys() {
    return items.stream().<String>map(ModuleItem::getName).toList();
  }

  /** The values that a new module has, by key. */
  Map<String, String> defaults() {
    return defaults;
  }

  /** All values as they stand in the module now, by key. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (ModuleItem<?> item : items) {
      values.put(item.getName(), MacroLine.text(module.getInput(item.getName())));
    }
    return values;
  }

  /**
   * Sets all inputs: to the texts given, and to their defaults where none is given.
   *
   * @throws IllegalArgumentException if a text is no value of its input's type
   */
  void setAll(Map<String, String> texts) {
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
    try {
      if (type == int.class) {
        return new BigDecimal(text.trim()).intValueExact();
      }
      if (type == long.class) {
        return new BigDecimal(text.trim()).longValueExact();
      }
      if (type == double.class) {
        return Double.valueOf(text.trim());
      }
      return Choices.value(type, text);
    } catch (ArithmeticException | NumberFormatException e) {
      String expected = type == double.class ? "a number" : "a whole number";
      throw refused(item.getName(), expected, text, e);
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
