package sc.fiji.latentdiffusion.addons;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
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

  private static final String NUMBER =
      "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|[+-]?(?i:nan|inf|infinity)";
  private static final String FRACTION = "(\\d+\\.?\\d*|\\.\\d+)";

  private static final int NAME_GROUP = 1;
  private static final int WEIGHT_GROUP = 4;
  private static final int STEPS_GROUP = 5;
  private static final int IMAGE_GROUP = 7;

  private final String form;
  private final Set<Part> parts;
  private final Pattern entry;

  /**
   * A form.
   *
   * @param form what messages expect, for example "names with commas between them"
   * @param parts of an entry
   */
  public ListSyntax(String form, Part... parts) {
    this.form = form;
    this.parts = Set.of(parts);
    String ends = has(Part.IMAGE) ? ",=" : ",";
    entry =
        Pattern.compile(
            "\\s*"
                + quotable("[^\\s" + ends + "\"'][^" + ends + "]*?")
                + "\\s*"
                + optional(Part.WEIGHT, ":\\s*(" + NUMBER + ")")
                + optional(Part.STEPS, "@\\s*" + FRACTION + "\\s*-\\s*" + FRACTION)
                + optional(Part.IMAGE, "=\\s*" + quotable("[^\\s,\"'][^,]*?"))
                + "(?<end>,|$)");
  }

  /** Returns whether entries may have a part. */
  boolean has(Part part) {
    return parts.contains(part);
  }

  /** Three groups, of which one holds the text. */
  private static String quotable(String bare) {
    return "(?:\"([^\"]*)\"|'([^']*)'|(" + bare + "))";
  }

  /** A part that the form lacks keeps its groups, which never match. */
  private String optional(Part part, String regex) {
    return "(?:" + (has(part) ? "" : "(?!)") + regex + "\\s*)?";
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
    Matcher matcher = entry.matcher(text);
    int at = 0;
    while (!text.isBlank() && at <= text.length()) {
      if (!matcher.find(at) || matcher.start() != at || quoted(matcher, NAME_GROUP).isBlank()) {
        throw malformed(kind, text.substring(at), text);
      }
      Entry read = entry(kind, matcher.toMatchResult());
      if (!has(Part.IMAGE) && entries.stream().anyMatch(e -> e.name().equals(read.name()))) {
        throw twice(kind, read.name());
      }
      entries.add(read);
      at = matcher.group("end").isEmpty() ? text.length() + 1 : matcher.end();
    }
    return List.copyOf(entries);
  }

  private static Entry entry(Kind kind, MatchResult found) {
    String name = quoted(found, NAME_GROUP);
    String called = "the " + kind.name() + " " + name;
    double start = 0;
    double end = 1;
    if (found.group(STEPS_GROUP) != null) {
      start = Double.parseDouble(found.group(STEPS_GROUP));
      end = Double.parseDouble(found.group(STEPS_GROUP + 1));
    }
    double weight = weight(called, found.group(WEIGHT_GROUP));
    requireWithin(called, start, end);
    return new Entry(name, weight, start, end, quoted(found, IMAGE_GROUP));
  }

  private static void requireWithin(String called, double start, double end) {
    if (0 <= start && start <= end && end <= 1) return;
    throw new IllegalArgumentException(
        String.format(
            "The steps of %s must be a part from 0 to 1, beginning before it ends, for example"
                + " @0-0.6, but are @%s-%s.",
            called, start, end));
  }

  private static String quoted(MatchResult found, int group) {
    for (int i = group; i < group + 3; i++) {
      if (found.group(i) != null) return found.group(i);
    }
    return "";
  }

  private static double weight(String called, String text) {
    if (text == null) return 1;
    double weight = text.matches("[+-]?[A-Za-z]+") ? Double.NaN : Double.parseDouble(text);
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
