/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.ij1.ExamplePlugIn;
import sc.fiji.latentdiffusion.ij1.HelpPlugIn;
import sc.fiji.latentdiffusion.ij1.MenuEntries;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.MacroLine;

/**
 * Files that repeat the commands' declarations are the same as them: plugins.config, and the tables
 * of the page of commands.
 */
class DeclarationsTest {

  private static final Path PAGE = Path.of("src", "site", "commands.md");

  private static final String COMMANDS = "| command | keys | does |\n|---|---|---|\n";

  private static final String KEYS = "| key | values | default | meaning |\n|---|---|---|---|\n";

  /** The commands by label, in the order of the menu. */
  private static final Map<String, CommandInfo> INFOS = new LinkedHashMap<>();

  @BeforeAll
  static void readTheCommands() {
    try (Context context = new Context(CommandService.class, DiffusionService.class)) {
      List<CommandInfo> commands =
          context.service(CommandService.class).getCommands().stream()
              .filter(info -> isOurs(info.getClassName()))
              .toList();
      for (MenuEntries.Entry entry : MenuEntries.all()) {
        commands.stream()
            .filter(info -> entry.plugin().contains('"' + info.getClassName() + '"'))
            .forEach(info -> INFOS.put(entry.label(), info));
      }
      assertEquals(commands.size(), INFOS.size(), "a command has no label of its own");
    }
  }

  private static boolean isOurs(String className) {
    try {
      return DiffusionCommand.class.isAssignableFrom(Class.forName(className));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void pluginsConfigListsAllCommands() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("plugins.config")));
    lines.removeIf(line -> line.startsWith("#") || line.endsWith(", \"-\""));
    lines.removeIf(line -> line.startsWith(ExamplePlugIn.MENU));
    lines.removeIf(line -> line.contains(HelpPlugIn.LABEL));
    String expected =
        MenuEntries.all().stream()
            .filter(entry -> INFOS.containsKey(entry.label()))
            .map(MenuEntries.Entry::toString)
            .collect(Collectors.joining("\n"));
    assertEquals(
        expected, String.join("\n", lines), "The lines of plugins.config must be:\n" + expected);
  }

  @Test
  void thePageOfCommandsSaysWhatIsDeclared() throws IOException {
    String page = Files.readString(PAGE);
    String expected = withTable(withTable(page, COMMANDS, commands()), KEYS, keys());
    Path target = Path.of("target", "commands.md");
    Files.createDirectories(target.getParent());
    Files.writeString(target, expected);
    assertEquals(
        expected,
        page,
        PAGE + " differs from the commands' declarations: copy " + target + " over it.");
  }

  /** The page with other rows under the head of a table. */
  private static String withTable(String page, String head, String rows) {
    Pattern table = Pattern.compile(Pattern.quote(head) + "(\\|[^\n]*\n)*");
    return table.matcher(page).replaceFirst(Matcher.quoteReplacement(head + rows));
  }

  private static String commands() {
    return INFOS.entrySet().stream()
        .map(
            command ->
                row(
                    "*" + command.getKey() + "*",
                    Inputs.keys(command.getValue()).stream()
                        .map(Key::name)
                        .collect(Collectors.joining(" ")),
                    command.getValue().getDescription()))
        .collect(Collectors.joining());
  }

  /** A row a key; more than one for a key that is not the same in all its commands. */
  private static String keys() {
    Map<String, Map<String, List<String>>> commandsByRowByKey = new LinkedHashMap<>();
    INFOS.forEach(
        (label, info) -> {
          for (Key key : Inputs.keys(info)) {
            commandsByRowByKey
                .computeIfAbsent(key.name(), name -> new LinkedHashMap<>())
                .computeIfAbsent(
                    row(values(key), standard(key, info), key.description()),
                    row -> new ArrayList<>())
                .add("*" + label.replace("...", "") + "*");
          }
        });
    StringBuilder rows = new StringBuilder();
    commandsByRowByKey.forEach(
        (key, commandsByRow) ->
            commandsByRow.forEach(
                (row, commands) -> {
                  String of = commandsByRow.size() > 1 ? " of " + String.join(", ", commands) : "";
                  rows.append("| `").append(key).append('`').append(of).append(' ').append(row);
                }));
    return rows.toString();
  }

  private static String row(String... cells) {
    List<String> escaped = Stream.of(cells).map(cell -> cell.replace("|", "\\|")).toList();
    return "| " + String.join(" | ", escaped) + " |\n";
  }

  private static String values(Key key) {
    if (key.isStyle(Key.SCHEDULER_STYLE)) {
      return "[a scheduler](schedulers.md)";
    }
    if (key.isStyle(Key.SCHEDULERS_STYLE)) {
      return "`all`, or [schedulers](schedulers.md)";
    }
    if (key.isStyle(Key.SPACING_STYLE)) {
      return "[a spacing](schedulers.md#spacings)";
    }
    if (key.isStyle(Key.SPACINGS_STYLE)) {
      return "`all`, or [spacings](schedulers.md#spacings)";
    }
    if (key.isStyle(Key.NUMBERS_STYLE)) {
      return "number from 0, or one for each step: `7,7,5,3`";
    }
    if (!key.choices().isEmpty()) {
      return key.choices().stream()
          .map(choice -> "`" + choice + "`")
          .collect(Collectors.joining(", "));
    }
    if (key.type() == String.class || key.type() == boolean.class) {
      return key.type() == String.class ? "text" : "true, false";
    }
    String numbers = key.type() == double.class ? "number" : "whole number";
    Object min = key.item().getMinimumValue();
    Object max = key.item().getMaximumValue();
    String from = min == null ? "" : " from " + MacroLine.text(min);
    return numbers + from + (max == null ? "" : " to " + MacroLine.text(max));
  }

  private static String standard(Key key, CommandInfo info) {
    String words = key.item().get(Key.DEFAULT);
    if (words != null) {
      return words;
    }
    try {
      Module module = info.createModule();
      String value = MacroLine.text(module.getInput(key.input()));
      return value.isEmpty() ? "empty" : "`" + value + "`";
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }
}
