/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.plugins;

import java.util.ArrayList;
import java.util.List;
import org.scijava.annotations.Index;
import org.scijava.annotations.IndexItem;
import org.scijava.plugin.Plugin;

/**
 * The classes of one type in the index that SciJava's annotation processor wrote, on the class path
 * of this class. Needs no SciJava context.
 */
public final class Plugins {

  private Plugins() {}

  /** A plugin with its annotation. */
  public record Entry<T>(Plugin annotation, T instance) {}

  /**
   * Makes one object of each class.
   *
   * @param type that {@code @Plugin} names, or one above it
   * @return in no particular order
   */
  public static <T> List<Entry<T>> of(Class<T> type) {
    ClassLoader loader = Plugins.class.getClassLoader();
    List<Entry<T>> entries = new ArrayList<>();
    for (IndexItem<Plugin> item : Index.load(Plugin.class, loader)) {
      if (is(item, type)) entries.add(new Entry<>(item.annotation(), instance(item, type, loader)));
    }
    return entries;
  }

  /** The class of a plugin, of which nothing is made, with its annotation. */
  public record Found(Plugin annotation, Class<?> type) {}

  /**
   * Finds classes, and makes nothing of them.
   *
   * @param type that {@code @Plugin} names, or one above it
   * @return in no particular order; classes whose jars are not whole are left out
   */
  public static List<Found> classes(Class<?> type) {
    ClassLoader loader = Plugins.class.getClassLoader();
    List<Found> found = new ArrayList<>();
    for (IndexItem<Plugin> item : Index.load(Plugin.class, loader)) {
      if (!is(item, type)) continue;
      try {
        found.add(new Found(item.annotation(), Class.forName(item.className(), false, loader)));
      } catch (ClassNotFoundException | LinkageError e) {
        continue; // its jar is not whole
      }
    }
    return found;
  }

  private static boolean is(IndexItem<Plugin> item, Class<?> type) {
    try {
      return type.isAssignableFrom(item.annotation().type());
    } catch (ClassCastException typeIsNotOnTheClassPath) {
      return false; // another library's plugin for a host that is not here
    }
  }

  private static <T> T instance(IndexItem<Plugin> item, Class<T> type, ClassLoader loader) {
    try {
      Class<?> found = Class.forName(item.className(), true, loader);
      return type.cast(found.getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getSimpleName()
              + " "
              + item.className()
              + " needs a public constructor without parameters.",
          e);
    }
  }
}
