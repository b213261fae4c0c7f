package sc.fiji.latentdiffusion.addons;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the lists of things that are added to a model have in common: entries with commas between
 * them, each with a name or path first, which may stand in quotes, single or double.
 *
 * @param key that holds the list, for messages
 * @param form what was expected, for messages
 * @param entry one entry without what ends it; {@link #name} makes its first groups
 */
public record ListSyntax(String key, String form, Pattern entry) {

  /** A number, finite or not, as after a colon. */
  public static final String NUMBER =
      "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|[+-]?(?i:nan|inf|infinity)";

  /**
   * @param entry one entry, as a regular expression
   */
  public ListSyntax(String key, String form, String entry) {
    this(key, form, Pattern.compile("\\s*" + entry + "\\s*(?<end>,|$)"));
  }

  /**
   * A name, in quotes or not.
   *
   * @param bare what it may be without quotes
   * @return a regular expression of three groups
   */
  public static String name(String bare) {
    return "(?:\"([^\"]*)\"|'([^']*)'|(" + bare + "))";
  }

  /** The name whose three groups begin at one; null if it is not there. */
  public static String name(MatchResult entry, int group) {
    for (int i = group; i < group + 3; i++) {
      if (entry.group(i) != null) return entry.group(i);
    }
    return null;
  }

  /**
   * Reads a text.
   *
   * @return its entries, none of an empty text
   * @throws IllegalArgumentException if it is not of that form, or a name is empty
   */
  public List<MatchResult> entries(String text) {
    List<MatchResult> entries = new ArrayList<>();
    Matcher matcher = entry.matcher(text);
    int at = 0;
    while (!text.isBlank() && at <= text.length()) {
      if (!matcher.find(at) || matcher.start() != at || name(matcher, 1).isBlank()) {
        throw malformed(text.substring(at), text);
      }
      entries.add(matcher.toMatchResult());
      at = matcher.group("end").isEmpty() ? text.length() + 1 : matcher.end();
    }
    return entries;
  }

  private IllegalArgumentException malformed(String at, String text) {
    return new IllegalArgumentException(
        key + " must be " + form + ", but at \"" + at + "\" it is not: " + text);
  }

  /**
   * A weight, 1 where none is given.
   *
   * @param what it is of, for the message
   * @param text a {@link #NUMBER}, or null
   * @throws IllegalArgumentException if it is not finite
   */
  public static double weight(String what, String text) {
    if (text == null) return 1;
    double weight = text.matches("[+-]?[A-Za-z]+") ? Double.NaN : Double.parseDouble(text);
    if (Double.isFinite(weight)) return weight;
    throw new IllegalArgumentException(
        "The weight of "
            + what
            + " must be a finite number, for example 0.8, but is "
            + text
            + ".");
  }
}
