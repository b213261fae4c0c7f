/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.Menus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scijava.command.Command;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.plugins.Plugins;

/**
 * The commands as entries of ImageJ's menus. ImageJ itself reads those of plugins.config when it
 * starts; a command of another jar, which SciJava's index names, is added when the first command
 * runs.
 */
public final class MenuEntries {

  private static final Pattern LINE = Pattern.compile("([^,]+), \"([^\"]+)\"(?:, (\\S.*?))?\\s*");

  /** The label of a line between two groups of entries. */
  private static final String SEPARATOR = "-";

  /**
   * A line of plugins.config.
   *
   * @param menu in which it stands, {@code Plugins>Latent Diffusion}
   * @param label its name in macros
   * @param plugin the class and, in brackets, its argument
   */
  public record Entry(String menu, String label, String plugin) {

    /** The entry of a command's class and menu path, {@code Plugins>Latent Diffusion>Models...}. */
    static Entry of(String className, String menuPath) {
      int last = menuPath.lastIndexOf('>');
      String plugin = DiffusionPlugIn.class.getName() + "(\"" + className + "\")";
      return new Entry(menuPath.substring(0, last), menuPath.substring(last + 1), plugin);
    }

    /** Returns what the command does, as it declares it; empty for an entry of another kind. */
    String description() {
      String className = plugin.replaceAll("^[^\"]*\"|\"\\)$", "");
      try {
        Class<?> command = Class.forName(className, false, MenuEntries.class.getClassLoader());
        Plugin declared = command.getAnnotation(Plugin.class);
        return declared == null ? "" : declared.description();
      } catch (ClassNotFoundException e) {
        return "";
      }
    }

    private boolean isSeparator() {
      return label.equals(SEPARATOR);
    }

    /** The line of plugins.config. */
    @Override
    public String toString() {
      return menu + ", \"" + label + "\", " + plugin;
    }
  }

  private MenuEntries() {}

  /** The entries of all commands: those of plugins.config, then others, in the order of labels. */
  public static List<Entry> all() {
    List<Entry> all = new ArrayList<>(read(MenuEntries.class, "/plugins.config"));
    all.addAll(others(all));
    return List.copyOf(all);
  }

  private static List<Entry> others(List<Entry> listed) {
    return Plugins.classes(Command.class).stream()
        .filter(found -> found.annotation().menuPath().contains(">"))
        .filter(found -> DiffusionCommand.class.isAssignableFrom(found.type()))
        .map(found -> Entry.of(found.type().getName(), found.annotation().menuPath()))
        .filter(entry -> !listed.contains(entry))
        .sorted(Comparator.comparing(Entry::label))
        .toList();
  }

  /**
   * Reads the commands of a file of the form of plugins.config.
   *
   * @param owner of the resource
   */
  public static List<Entry> read(Class<?> owner, String resource) {
    List<Entry> commands = lines(owner, resource);
    commands.removeIf(Entry::isSeparator);
    return commands;
  }

  private static List<Entry> lines(Class<?> owner, String resource) {
    List<Entry> entries = new ArrayList<>();
    try (InputStream stream = owner.getResourceAsStream(resource);
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

  /** Adds the entries that a running ImageJ does not have yet to its menus. */
  public static void addMissing() {
    List<Entry> entries = lines(MenuEntries.class, "/plugins.config");
    entries.addAll(others(entries));
    boolean added = false;
    Entry separator = null;
    for (Entry entry : entries) {
      if (entry.isSeparator()) {
        separator = added ? entry : null;
      } else if (!Menus.getCommands().containsKey(entry.label())) {
        if (separator != null) Menus.getImageJMenu(separator.menu()).addSeparator();
        Menus.add(entry.menu() + ">" + entry.label(), entry.plugin());
        added = true;
        separator = null;
      }
    }
  }
}
