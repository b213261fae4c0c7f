package sc.fiji.latentdiffusion.ij1.headless;

import ij.IJ;
import ij.Menus;
import java.awt.HeadlessException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts commands into ImageJ's menus or, without a screen, into its table of commands. */
final class MenuEntries {

  private static final Pattern LINE = Pattern.compile("([^,]+), \"([^\"]+)\", (\\S.*?)\\s*");
  private static final Pattern BUILT_IN =
      Pattern.compile("\"([^\"]+?)(\\[\\w+])?\",\\s*(\\S.*?)\\s*");

  /**
   * A line of plugins.config.
   *
   * @param menu where it stands, {@code Plugins>Latent Diffusion}
   * @param label what macros call it
   * @param plugin the class and, in brackets, its argument
   */
  record Entry(String menu, String label, String plugin) {}

  private MenuEntries() {}

  /** The entries of this plugin, as its plugins.config lists them. */
  static List<Entry> own() {
    return read("/plugins.config");
  }

  private static List<Entry> read(String resource) {
    List<Entry> entries = new ArrayList<>();
    try (InputStream stream = MenuEntries.class.getResourceAsStream(resource);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line : lines.lines().toList()) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          entries.add(new Entry(matcher.group(1), matcher.group(2), matcher.group(3)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  /** Adds this plugin's entries to the menus of a running ImageJ. */
  static void addToMenus() {
    for (Entry entry : own()) {
      Menus.add(entry.menu() + ">" + entry.label(), entry.plugin());
    }
  }

  /**
   * Fills ImageJ's table of commands without a screen: its own, from IJ_Props.txt and
   * headless.config, and this plugin's. ImageJ fills it while it builds the menus, which a headless
   * Java refuses to make.
   */
  static void addToTable() {
    Map<Object, Object> table = emptyTable();
    for (Object property : properties().values()) {
      Matcher matcher = BUILT_IN.matcher(property.toString());
      if (matcher.matches()) {
        table.put(matcher.group(1), matcher.group(3));
      }
    }
    read("headless.config").forEach(entry -> table.put(entry.label(), entry.plugin()));
    own().forEach(entry -> table.put(entry.label(), entry.plugin()));
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
