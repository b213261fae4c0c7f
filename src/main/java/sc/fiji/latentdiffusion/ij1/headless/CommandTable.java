/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import ij.IJ;
import ij.Menus;
import java.awt.HeadlessException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.ij1.MenuEntries;

/** ImageJ's table of the commands that macros may call, without a screen. */
final class CommandTable {

  private static final Pattern BUILT_IN =
      Pattern.compile("\"([^\"]+?)(\\[\\w+])?\",\\s*(\\S.*?)\\s*");

  private CommandTable() {}

  /**
   * Fills ImageJ's table of commands without a screen: its own, from IJ_Props.txt and
   * headless.config, and this plugin's. ImageJ fills it while it builds the menus, which a headless
   * Java refuses to make.
   */
  static void fill() {
    if (Menus.getCommands() == null) {
      fillWithoutMenus();
    }
    MenuEntries.all().forEach(entry -> commands().put(entry.label(), entry.plugin()));
  }

  private static void fillWithoutMenus() {
    Map<Object, Object> table = emptyTable();
    for (Object property : properties().values()) {
      Matcher matcher = BUILT_IN.matcher(property.toString());
      if (matcher.matches()) {
        table.put(matcher.group(1), matcher.group(3));
      }
    }
    MenuEntries.read(CommandTable.class, "headless.config")
        .forEach(entry -> table.put(entry.label(), entry.plugin()));
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> commands() {
    return Menus.getCommands();
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> emptyTable() {
    if (Menus.getCommands() == null) {
      try {
        IJ.run(""); // makes the table and reads the preferences, then comes to the first menu
      } catch (HeadlessException expected) {
        return Menus.getCommands();
      }
    }
    return Menus.getCommands();
  }

  private static Properties properties() {
    Properties properties = new Properties();
    try (InputStream stream = IJ.class.getResourceAsStream("/IJ_Props.txt")) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
