/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import ij.IJ;
import ij.ImagePlus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.scijava.Context;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;

/**
 * The keys of a command in the order of macros, with their values in one module, read and written
 * as texts; beside them its image. Services are no keys.
 */
public final class Inputs {

  private final Module module;
  private final List<Key> keys;
  private final List<ModuleItem<?>> images = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** Reads the declarations of a module. */
  public Inputs(Module module) {
    this.module = module;
    keys = keys(module.getInfo());
    for (ModuleItem<?> item : module.getInfo().inputs()) {
      if (item.getType() == ImagePlus.class) {
        images.add(item);
      }
    }
  }

  /** The keys of a command, in the order of macros. */
  public static List<Key> keys(ModuleInfo info) {
    List<Key> declared = new ArrayList<>();
    for (ModuleItem<?> item : info.inputs()) {
      if (isGivenByUsers(item.getType())) declared.add(new Key(item));
    }
    List<Key> last = new ArrayList<>();
    for (Key key : declared) {
      if (key.isLast() || key.after().filter(name -> isAmong(last, name)).isPresent())
        last.add(key);
    }
    List<Key> ordered = new ArrayList<>();
    place(declared.stream().filter(key -> !last.contains(key)).toList(), ordered);
    place(last, ordered);
    return List.copyOf(ordered);
  }

  private static boolean isAmong(List<Key> keys, String name) {
    return keys.stream().anyMatch(key -> key.name().equals(name));
  }

  private static void place(List<Key> declared, List<Key> ordered) {
    int place = ordered.size();
    for (Key key : declared) {
      place = key.after().isEmpty() ? place : placeBehind(key.after().get(), ordered);
      ordered.add(place++, key);
    }
  }

  private static boolean isGivenByUsers(Class<?> type) {
    return type != ImagePlus.class
        && !Service.class.isAssignableFrom(type)
        && !Context.class.isAssignableFrom(type);
  }

  private static int placeBehind(String name, List<Key> keys) {
    List<String> names = keys.stream().map(Key::name).toList();
    if (!name.isEmpty() && !names.contains(name)) {
      throw new IllegalStateException("No key " + name + " is declared before; found " + names);
    }
    return names.indexOf(name) + 1;
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

  /** Whether the command works on an image. */
  public boolean takesImage() {
    return !images.isEmpty();
  }

  /** Sets the image, whatever it was before; null for none. */
  public void replaceImage(ImagePlus image) {
    images.forEach(item -> module.setInput(item.getName(), image));
  }

  /** The keys, in the order of macros. */
  public List<Key> keys() {
    return keys;
  }

  /** The names of the keys, in the same order. */
  public List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  /** The names of the keys that are given, not to be asked for. */
  public List<String> resolved() {
    return keys.stream().filter(key -> module.isInputResolved(key.input())).map(Key::name).toList();
  }

  /** Marks all keys as given. */
  public void resolveAll() {
    keys.forEach(key -> module.resolveInput(key.input()));
  }

  /** The values of a new module, by key. */
  public Map<String, String> defaults() {
    try {
      return new Inputs(module.getInfo().createModule()).values();
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The present values as texts, by key. */
  public Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    keys.forEach(key -> values.put(key.name(), MacroLine.text(module.getInput(key.input()))));
    return values;
  }

  /** The command with the present values of some of its keys. */
  public MacroCall call(Predicate<Key> which) {
    Map<String, Object> values = new LinkedHashMap<>();
    keys.stream()
        .filter(which)
        .forEach(key -> values.put(key.name(), module.getInput(key.input())));
    return new MacroCall(label(module.getInfo()), values);
  }

  /** The label of a command in the menu, which macros call. */
  public static String label(ModuleInfo command) {
    return command.getMenuPath().getLeaf().getName();
  }

  /**
   * Sets all inputs: to the texts given, and to their defaults where none is given.
   *
   * @throws IllegalArgumentException if a text is no value of its key's type
   */
  public void setAll(Map<String, String> texts) {
    Map<String, String> defaults = defaults();
    notes.clear();
    for (Key key : keys) {
      String text = texts.getOrDefault(key.name(), defaults.get(key.name()));
      module.setInput(key.input(), KeyValue.of(key, text, texts));
      KeyValue.note(key, text, texts).ifPresent(notes::add);
    }
  }

  /**
   * Sets inputs that are not named.
   *
   * @param named the keys that a macro or a script names
   * @param texts values by key; those of named keys are not used
   */
  public void complete(Collection<String> named, Map<String, String> texts) {
    for (Key key : keys) {
      String text = texts.get(key.name());
      if (text != null && !named.contains(key.name())) {
        module.setInput(key.input(), KeyValue.of(key, text, texts));
        KeyValue.note(key, text, texts).ifPresent(notes::add);
      }
    }
  }

  /** Writes to ImageJ's log which inputs are used in another way than they were set. */
  public void logNotes() {
    notes.forEach(note -> IJ.log(label(module.getInfo()).replace("...", ": ") + note));
  }

  /** Turns free texts, in which macros may have written character references, into those meant. */
  public void decode() {
    for (Key key : keys) {
      if (key.isFreeText()) {
        Object text = module.getInput(key.input());
        module.setInput(key.input(), text == null ? "" : MacroLine.decode(text.toString()));
      }
    }
  }

  /**
   * Checks the present values by the ranges and choices that are declared.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public void check() {
    keys.forEach(key -> Range.of(key).check(key.name(), module.getInput(key.input())));
  }

  /**
   * Refuses keys that are not used unless another key has a certain value, and it is not named.
   *
   * @param given the keys that a macro or a script names
   * @throws IllegalArgumentException if there is one
   */
  public void requireConditions(Collection<String> given) {
    for (Key key : keys) {
      Key.Condition where = key.where().orElse(null);
      if (where != null && given.contains(key.name()) && !given.contains(where.key())) {
        throw new IllegalArgumentException(
            String.format(
                "%s is used only with %s, but %s is not named. Add it.",
                key.name(), where, where.key()));
      }
    }
  }
}
