/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import ij.ImagePlus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.scijava.module.ModuleItem;
import org.scijava.widget.TextWidget;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/**
 * One key of a command, as its SciJava {@code @Parameter} declares it. Name, label, description,
 * type, default, range, choices, style and persistence are SciJava's; order and place in the dialog
 * are attributes with the names below. Everything else follows: macros, dialogs, help, pages.
 *
 * @param item the declared input
 */
public record Key(ModuleItem<?> item) {

  /**
   * The key behind which this one stands in macros; empty for the first place. A key without it
   * stands behind the one that is declared before it, those of superclasses first.
   */
  public static final String AFTER = "after";

  /** A key that stands in macros behind all keys without this; so do those {@link #AFTER} it. */
  public static final String LAST = "last";

  /**
   * The key's part of the dialog: {@link #TOP}, {@link #UPPER}, {@link #BOTTOM}, {@link #STACKS}.
   */
  public static final String PART = "part";

  /** A key that few people change: it is hidden behind a button if the command has many keys. */
  public static final String MORE = "more";

  /**
   * A name of a row of the dialog; neighbours with the same one share a row. Rows whose names are
   * equal up to a slash are related: they share a line where a dialog has room for both.
   */
  public static final String ROW = "row";

  /** A key whose field is as wide as the dialog. */
  public static final String WIDE = "wide";

  /** The images for which the key is of use; for others it has its default. */
  public static final String USE = "use";

  /** Another key and its value, {@code intensity=given}, without which this key has its default. */
  public static final String WHERE = "where";

  /** The key in macros, where it is a word of Java and can't be the name of the input. */
  public static final String MACRO = "macro";

  /** A word that stands for 0 in the dialog. */
  public static final String ZERO = "zero";

  /** A key that changes no result: the results' Info leaves it out. */
  public static final String NOT_IN_INFO = "not-in-info";

  /** A key that has further values beside its choices; the command checks them. */
  public static final String OPEN = "open";

  /** A key that a run which continues another one does not take from it. */
  public static final String ANEW = "anew";

  /** A key that opens a further window; those of the part {@link #STACKS} do, too. */
  public static final String WINDOW = "window";

  /** The words of the pages for a default that differs from machine to machine. */
  public static final String DEFAULT = "default";

  /** The part of the dialog for the text that says most. */
  public static final String TOP = "top";

  /** The part between the top and the usual keys. */
  public static final String UPPER = "upper";

  /** The part of the usual keys, where nothing else is declared. */
  private static final String MIDDLE = "";

  /** The part below the usual keys, for files. */
  public static final String BOTTOM = "bottom";

  /** The last part: flags in one row, each opening a stack of the steps. */
  public static final String STACKS = "stacks";

  private static final List<String> PARTS = List.of(TOP, UPPER, MIDDLE, BOTTOM, STACKS);

  /** For images of several channels. */
  public static final String CHANNELS = "channels";

  /** For all images but RGB. */
  public static final String GREY = "grey";

  /** For stacks and hyperstacks. */
  public static final String STACK = "stack";

  /** For images with a selection. */
  public static final String SELECTION = "selection";

  /** The style of a text that names a model. */
  public static final String MODEL_STYLE = "model";

  /** The style of a text of several lines. */
  public static final String TEXT_STYLE = TextWidget.AREA_STYLE;

  /** The style of a text that names a folder. */
  public static final String FOLDER_STYLE = "folder";

  /** The style of a number that a button draws. */
  public static final String SEED_STYLE = "seed";

  /** The attribute of a seed: the key that names the generator, which says how far it counts. */
  public static final String GENERATOR = "generator";

  /** The style of a text that names a scheduler. */
  public static final String SCHEDULER_STYLE = "scheduler";

  /** The style of a text that names one scheduler, several with commas, or {@link #ALL}. */
  public static final String SCHEDULERS_STYLE = "schedulers";

  /** The style of a text that says where the steps of a run lie. */
  public static final String SPACING_STYLE = "spacing";

  /** As {@link #SPACING_STYLE}, or several with commas, or {@link #ALL}. */
  public static final String SPACINGS_STYLE = "spacings";

  /** The style of a text that is a number, or several with commas. */
  public static final String NUMBERS_STYLE = "numbers";

  /** Means every scheduler. */
  public static final String ALL = "all";

  /** The key in macros. */
  public String name() {
    String other = item.get(MACRO);
    return other == null ? item.getName() : other;
  }

  /** The name of the input, which scripts give; the key in macros, but for words of Java. */
  public String input() {
    return item.getName();
  }

  /** The label of its field in dialogs. */
  public String label() {
    return item.getLabel();
  }

  /** Its meaning, for tooltips, help and pages. */
  public String description() {
    return item.getDescription();
  }

  /** The type of its values: a primitive type or String. */
  public Class<?> type() {
    return item.getType();
  }

  /** Whether it has a style, one of the constants of this class. */
  public boolean isStyle(String style) {
    return style.equals(item.getWidgetStyle());
  }

  /** Whether the next dialog begins with the last one's value. */
  public boolean isPersisted() {
    return item.isPersisted();
  }

  /** Whether it decides the results, and stands in their Info. */
  public boolean isInInfo() {
    return item.get(NOT_IN_INFO) == null;
  }

  /** Whether a run that continues another one has the same value. */
  public boolean isContinued() {
    return isInInfo() && !isStack() && item.get(ANEW) == null;
  }

  /** Whether its values are free texts, in which macros may write character references. */
  public boolean isFreeText() {
    return type() == String.class && choices().isEmpty() && !isStyle(NUMBERS_STYLE);
  }

  /** The values to choose from, as macros say them, in the dialog's order; empty for any value. */
  public List<String> choices() {
    if (isStyle(SCHEDULER_STYLE)) return Schedulers.names();
    if (isStyle(SPACING_STYLE)) return Spacings.names();
    if (isStyle(SCHEDULERS_STYLE)) return allOr(Schedulers.names());
    if (isStyle(SPACINGS_STYLE)) return allOr(Spacings.names());
    List<?> declared = item.getChoices();
    return declared == null ? List.of() : declared.stream().map(String::valueOf).toList();
  }

  private static List<String> allOr(List<String> names) {
    return Stream.concat(Stream.of(ALL), names.stream()).toList();
  }

  /** The dialog's text for one of the values. */
  public String label(String choice) {
    boolean several = isStyle(SCHEDULERS_STYLE);
    return isStyle(SCHEDULER_STYLE) || several && !choice.equals(ALL)
        ? Schedulers.label(choice)
        : choice;
  }

  /** The key behind which it is declared to stand, empty for the first place; or nothing. */
  Optional<String> after() {
    return Optional.ofNullable(item.get(AFTER));
  }

  /** Whether it is declared to stand behind all keys that are not. */
  boolean isLast() {
    return item.get(LAST) != null;
  }

  /** The position of its part in the dialog, counted from the top. */
  int part() {
    String part = item.get(PART) == null ? MIDDLE : item.get(PART);
    if (!PARTS.contains(part)) {
      throw new IllegalStateException(
          name() + " is declared in part " + part + ", but expected is one of " + PARTS + ".");
    }
    return PARTS.indexOf(part);
  }

  /** Whether it may be hidden behind a button. */
  boolean isMore() {
    return item.get(MORE) != null;
  }

  /** Whether its field takes a whole row. */
  public boolean isWide() {
    return item.get(WIDE) != null || isStyle(TEXT_STYLE) || isStyle(MODEL_STYLE);
  }

  /** Whether it stands in the row of another key, or null, that comes right before it. */
  public boolean isBeside(Key before) {
    String row = item.get(ROW);
    return before != null && row != null && row.equals(before.item.get(ROW));
  }

  /** Whether its row is related to that of another key. */
  boolean isRelated(Key other) {
    return rowGroup().isPresent() && rowGroup().equals(other.rowGroup());
  }

  private Optional<String> rowGroup() {
    return Optional.ofNullable(item.get(ROW)).map(row -> row.split("/")[0]);
  }

  /** The word that stands for 0 in the dialog, or nothing. */
  public Optional<String> zero() {
    return Optional.ofNullable(item.get(ZERO));
  }

  /** Whether it opens a stack of the steps. */
  public boolean isStack() {
    return PARTS.get(part()).equals(STACKS);
  }

  /** Whether a value beside the default opens a further window. */
  public boolean opensWindow() {
    return isStack() || item.get(WINDOW) != null;
  }

  /** Whether it makes a difference to an image, or null for any; if not, it has its default. */
  boolean isOfUse(ImagePlus active) {
    String use = item.get(USE);
    if (active == null || use == null) {
      return true;
    }
    return switch (use) {
      case CHANNELS -> active.getNChannels() > 1;
      case GREY -> active.getType() != ImagePlus.COLOR_RGB;
      case STACK -> active.getNSlices() * active.getNFrames() > 1;
      case SELECTION -> active.getRoi() != null;
      default -> throw new IllegalStateException(name() + " is declared for unknown " + use + ".");
    };
  }

  /**
   * Returns the generator of a seed.
   *
   * @param texts of keys; torch's where none names another
   * @throws IllegalArgumentException if they name none that there is
   */
  Rng generator(Map<String, String> texts) {
    String key = item.get(GENERATOR);
    return key == null ? Rng.TORCH : Rng.named(texts.getOrDefault(key, Rng.TORCH.toString()));
  }

  /** The other key and its value without which this one is not used, or nothing. */
  Optional<Condition> where() {
    return Optional.ofNullable(item.get(WHERE)).map(text -> Condition.of(text.split("=")));
  }

  /**
   * A value of another key.
   *
   * @param key the other key
   * @param value as macros say it
   */
  record Condition(String key, String value) {

    private static Condition of(String[] parts) {
      return new Condition(parts[0], parts[1]);
    }

    @Override
    public String toString() {
      return key + "=" + value;
    }
  }

  /**
   * Whether it is used where the others are as they are; if not, it has its default.
   *
   * @param texts of all keys of a dialog
   */
  public boolean counts(Map<String, String> texts) {
    return where().map(c -> texts.getOrDefault(c.key(), c.value()).equals(c.value())).orElse(true);
  }
}
