/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.module.ModuleException;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.random.Variation;

/** Calls of commands whose keys have the values of options, for tests without a host. */
public final class Calls {

  private Calls() {}

  /**
   * The call of a command.
   *
   * @param options records whose components are named like keys, or hold such records
   */
  public static MacroCall of(Class<? extends Command> command, Record... options) {
    Map<String, Object> values = new HashMap<>();
    for (Record option : options) {
      put(values, option);
    }
    try {
      return new Inputs(new CommandInfo(command).createModule()).call(Key::isInInfo).with(values);
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(Map<String, Object> values, Record option) {
    for (RecordComponent component : option.getClass().getRecordComponents()) {
      Object value = value(component, option);
      if (value instanceof GuidanceOptions guidance) {
        values.put("guidance", guidance.text());
      } else if (value instanceof CacheOptions cache) {
        values.put("cache", cache.every());
        values.put("cachefrom", cache.from());
        values.put("cacheto", cache.to());
      } else if (value instanceof Variation variation) {
        values.put("share", variation.share());
        values.put("seed2", variation.seed());
      } else if (value instanceof Record group) {
        put(values, group);
      } else if (!(value instanceof Optional)) { // which is no value as macros have it
        values.put(component.getName().toLowerCase(Locale.ROOT), value);
      }
    }
  }

  private static Object value(RecordComponent component, Record option) {
    try {
      return component.getAccessor().invoke(option);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
