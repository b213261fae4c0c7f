/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The form of a list of add-ons: entries with commas between them. An entry is a name or path,
 * followed by those of these parts that the kind has, in this order: a colon and a weight,
 * {@code @} and a part of the steps, {@code =} and an image. Example: {@code
 * canny:0.8@0-0.6=edges.tif, depth=Depth Map}. The text after the last colon is a weight if it is a
 * number. A name stands in single or double quotes if it has a comma, has {@code =} where images
 * may follow, or ends like a weight or a part; an image stands in quotes if it has a comma.
 */
public final class ListSyntax {

  /** A part of an entry behind its name. */
  public enum Part {
    /** A colon and a number. */
    WEIGHT,
    /** {@code @} and two numbers with a hyphen between them. */
    STEPS,
    /** {@code =} and the title or path of an image; one name may then stand with several images. */
    IMAGE
  }

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?");

  private static final Pattern NOT_FINITE = Pattern.compile("[+-]?(?i:nan|inf|infinity)");
  private static final Pattern FRACTION = Pattern.compile("\\d+(?:\\.\\d*)?|\\.\\d+");

  private final String form;
  private final Set<Part> parts;

  /**
   * A form.
   *
   * @param form what messages expect, for example "names with commas between them"
   * @param parts of an entry
   */
  public ListSyntax(String form, Part... parts) {
    this.form = form;
    this.parts = Set.of(parts);
  }

  /** Returns whether entries may have a part. */
  boolean has(Part part) {
    return parts.contains(part);
  }

  /**
   * Reads a list.
   *
   * @param kind the list's, for messages
   * @param text entries with commas between them, or empty for none
   * @return the entries in their order
   * @throws IllegalArgumentException if the text is not of this form, a number is out of its range,
   *     or a name stands twice where entries have no images
   */
  List<Entry> entries(Kind kind, String text) {
    List<Entry> entries = new ArrayList<>();
    Reader reader = new Reader(kind, text);
    while (!text.isBlank() && !reader.isDone()) {
      Entry read = reader.entry();
      if (!has(Part.IMAGE) && entries.stream().anyMatch(e -> e.name().equals(read.name()))) {
        throw twice(kind, read.name());
      }
      entries.add(read);
    }
    return List.copyOf(entries);
  }

  /** Reads a list from its beginning to its end, and never goes back. */
  private final class Reader {

    private final Kind kind;
    private final String text;
    private int begin; // of the present entry, for messages
    private int at;

    Reader(Kind kind, String text) {
      this.kind = kind;
      this.text = text;
    }

    /** Whether the last entry was read; a comma is followed by one more. */
    boolean isDone() {
      return at > text.length();
    }

    Entry entry() {
      begin = at;
      skipBlanks();
      String quoted = quoted();
      String rest = until(has(Part.IMAGE) ? ",=" : ",");
      Written written = quoted == null ? bare(rest) : new Written(quoted, rest, has(Part.STEPS));
      if (written.name.isBlank() || !written.isRight(has(Part.WEIGHT))) throw wrong();
      String image = at < text.length() && text.charAt(at) == '=' ? image() : "";
      if (at < text.length() && text.charAt(at) != ',') throw wrong();
      at++;
      return written.entry(kind, image);
    }

    private String image() {
      at++;
      skipBlanks();
      String quoted = quoted();
      String rest = until(",").strip();
      boolean right = quoted == null ? !rest.isEmpty() && !isQuote(rest.charAt(0)) : rest.isEmpty();
      if (right) return quoted == null ? rest : quoted;
      throw wrong();
    }

    /** Takes the name off before a part, of which the last one counts, that is written right. */
    private Written bare(String rest) {
      if (!rest.isEmpty() && isQuote(rest.charAt(0))) throw wrong();
      int steps = has(Part.STEPS) ? rest.lastIndexOf('@') : -1;
      Written none = new Written(rest.strip(), "", false);
      Written without = steps < 1 ? none : at(rest, steps, none);
      String before = without == none ? rest : rest.substring(0, steps);
      int weight = has(Part.WEIGHT) ? before.lastIndexOf(':') : -1;
      return weight < 1 ? without : at(rest, weight, without);
    }

    private Written at(String rest, int end, Written other) {
      String name = rest.substring(0, end).strip();
      Written written = new Written(name, rest.substring(end), has(Part.STEPS));
      return !name.isEmpty() && written.isRight(has(Part.WEIGHT)) ? written : other;
    }

    /** Returns the text in quotes that begins here; null if none does. */
    private String quoted() {
      int end =
          at < text.length() && isQuote(text.charAt(at))
              ? text.indexOf(text.charAt(at), at + 1)
              : -1;
      if (end < 0) return null;
      String quoted = text.substring(at + 1, end);
      at = end + 1;
      return quoted;
    }

    /** Returns the text before the first of some characters, or all that is left. */
    private String until(String ends) {
      int start = at;
      while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) at++;
      return text.substring(start, at);
    }

    private void skipBlanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
    }

    private IllegalArgumentException wrong() {
      return malformed(kind, text.substring(begin), text);
    }
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  /** The name of an entry, and its weight and steps as they are written; null if they are not. */
  private static final class Written {

    private final String name;
    private final String weight;
    private final String[] steps;
    private final boolean isBetween;

    /**
     * @param parts behind the name: a colon and a weight, {@code @} and steps, both or neither
     * @param hasSteps whether there may be steps
     */
    Written(String name, String parts, boolean hasSteps) {
      this.name = name;
      int end = hasSteps ? parts.indexOf('@') : -1;
      String before = (end < 0 ? parts : parts.substring(0, end)).strip();
      isBetween = before.isEmpty() || before.startsWith(":");
      weight = before.isEmpty() ? null : before.substring(1).strip();
      steps = end < 0 ? null : parts.substring(end + 1).split("-", -1);
    }

    boolean isRight(boolean hasWeight) {
      if (!isBetween) return false;
      if (weight != null && !(hasWeight && isNumber(weight))) return false;
      return steps == null
          || steps.length == 2
              && FRACTION.matcher(steps[0].strip()).matches()
              && FRACTION.matcher(steps[1].strip()).matches();
    }

    private static boolean isNumber(String text) {
      return NUMBER.matcher(text).matches() || NOT_FINITE.matcher(text).matches();
    }

    Entry entry(Kind kind, String image) {
      String called = "the " + kind.name() + " " + name;
      double start = steps == null ? 0 : Double.parseDouble(steps[0]);
      double end = steps == null ? 1 : Double.parseDouble(steps[1]);
      double factor = weight(called, weight);
      requireWithin(called, start, end);
      return new Entry(name, factor, start, end, image);
    }
  }

  private static void requireWithin(String called, double start, double end) {
    if (0 <= start && start <= end && end <= 1) return;
    throw new IllegalArgumentException(
        String.format(
            "The steps of %s must be a part from 0 to 1, beginning before it ends, for example"
                + " @0-0.6, but are @%s-%s.",
            called, start, end));
  }

  private static double weight(String called, String text) {
    if (text == null) return 1;
    double weight = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (Double.isFinite(weight)) return weight;
    throw new IllegalArgumentException(
        "The weight of "
            + called
            + " must be a finite number, for example 0.8, but is "
            + text
            + ".");
  }

  private IllegalArgumentException malformed(Kind kind, String at, String text) {
    return new IllegalArgumentException(
        kind.key() + " must be " + form + ", but at \"" + at + "\" it is not: " + text);
  }

  /** The message for a name or file that stands in a list more than once. */
  IllegalArgumentException twice(Kind kind, String name) {
    return new IllegalArgumentException(
        kind.key()
            + " must name each "
            + kind.name()
            + " once, but names "
            + name
            + " twice."
            + (has(Part.WEIGHT) ? " Give it once, with the sum of the weights." : ""));
  }
}
