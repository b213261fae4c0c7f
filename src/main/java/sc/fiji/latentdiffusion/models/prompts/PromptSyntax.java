/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The way in which prompts weigh words, as the web UI of AUTOMATIC1111 made it common: {@code
 * (word)} weighs 1.1 times as much, {@code [word]} 1.1 times less, {@code (word:1.3)} 1.3 times as
 * much; brackets within brackets multiply. A bracket that is not closed acts up to the end, one
 * that was not opened is a character. {@code \(} and its like are the characters themselves; any
 * other backslash is one, too. {@code BREAK} as a word by itself begins a new block of tokens; two
 * of them leave an empty one between.
 */
public final class PromptSyntax {

  private static final String PLAIN = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)";

  /** By how much one pair of brackets multiplies or divides. */
  static final double BRACKET = 1.1;

  /** Far heavier ones would leave no number of a prompt finite. */
  private static final double HEAVIEST = 1e6;

  /** More hides all other words. */
  private static final double USUAL = 10;

  private static final int SHOWN = 40;

  /** A number at the end of a bracket that is read as words, for example 1,3 or 1e3. */
  private static final Pattern NO_WEIGHT =
      Pattern.compile(
          ":\\s*+(?!" + PLAIN + "\\s*+\\))[+-]?+[\\d.,][\\d.,eE+-]*+\\s*+[%x\u00d7]?+\\s*+\\)");

  private static final Pattern SIGN =
      Pattern.compile(
          "\\\\(?<escaped>[()\\[\\]\\\\])"
              + "|(?<open>[(\\[])"
              + "|:\\s*(?<weight>"
              + PLAIN
              + ")\\s*\\)"
              + "|(?<close>[)\\]])"
              + "|\\s*\\b(?<block>BREAK)\\b\\s*");

  /**
   * A part of a prompt.
   *
   * @param text without brackets
   * @param weight of every token in it
   * @param begins whether a new block begins with it
   */
  public record Piece(String text, double weight, boolean begins) {}

  private record Opening(char bracket, int piece) {}

  private final List<Piece> pieces = new ArrayList<>();
  private final Deque<Opening> openings = new ArrayDeque<>();

  private PromptSyntax() {}

  /** Reads a prompt; without weighting it is one piece. */
  public static List<Piece> pieces(Prompt prompt) {
    return prompt.weighting() ? parse(prompt.text()) : List.of(new Piece(prompt.text(), 1, false));
  }

  /** Returns the text of all pieces, with a space between them. */
  public static String words(Prompt prompt) {
    return pieces(prompt).stream().map(Piece::text).collect(Collectors.joining(" "));
  }

  /**
   * Reads a text with brackets.
   *
   * @return its pieces in their order, neighbours of one weight as one
   * @throws IllegalArgumentException if brackets make a weight that no prompt can have
   */
  static List<Piece> parse(String text) {
    PromptSyntax syntax = new PromptSyntax();
    Matcher sign = SIGN.matcher(text);
    int at = 0;
    while (sign.find()) {
      syntax.add(text.substring(at, sign.start()));
      syntax.read(sign);
      at = sign.end();
    }
    syntax.add(text.substring(at));
    syntax.closeAll('(');
    syntax.closeAll('[');
    return syntax.joined();
  }

  private void read(Matcher sign) {
    if (sign.group("escaped") != null) {
      add(sign.group("escaped"));
    } else if (sign.group("open") != null) {
      openings.push(new Opening(sign.group().charAt(0), pieces.size()));
    } else if (sign.group("weight") != null) {
      closeOr(sign, '(', Double.parseDouble(sign.group("weight")));
    } else if (sign.group("close") != null) {
      char bracket = sign.group().equals(")") ? '(' : '[';
      closeOr(sign, bracket, factor(bracket));
    } else {
      pieces.add(new Piece("", 1, true));
    }
  }

  private void add(String text) {
    if (!text.isEmpty()) pieces.add(new Piece(text, 1, false));
  }

  private static double factor(char bracket) {
    return bracket == '(' ? BRACKET : 1 / BRACKET;
  }

  /** Closes the last bracket of a kind, wherever others stand open, or takes the sign as text. */
  private void closeOr(Matcher sign, char bracket, double factor) {
    for (Opening opening : openings) {
      if (opening.bracket() == bracket) {
        openings.remove(opening);
        multiply(opening.piece(), factor);
        return;
      }
    }
    add(sign.group());
  }

  /** Open brackets act up to the end. The order is the web UI's, and decides a last bit. */
  private void closeAll(char bracket) {
    Iterator<Opening> eldestFirst = openings.descendingIterator();
    while (eldestFirst.hasNext()) {
      Opening opening = eldestFirst.next();
      if (opening.bracket() == bracket) multiply(opening.piece(), factor(bracket));
    }
  }

  private void multiply(int from, double factor) {
    for (int i = from; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      pieces.set(i, new Piece(piece.text(), piece.weight() * factor, piece.begins()));
    }
  }

  private static void requireBearable(Piece piece) {
    if (Math.abs(piece.weight()) <= HEAVIEST) return;
    throw new IllegalArgumentException(
        "The prompt's brackets weigh "
            + shown(piece.text())
            + " "
            + String.format(Locale.ROOT, "%.3g", piece.weight())
            + " times; expected at most a million: take some away, write \\\\( for a bracket that"
            + " is meant, or choose weighting=false.");
  }

  private static String shown(String text) {
    return "\"" + text.substring(0, Math.min(text.length(), SHOWN)).trim() + "\"";
  }

  /**
   * Finds weights far beyond usual values.
   *
   * @param text with brackets
   * @return {@code the weight 1000 of "nuclei"} for each
   */
  public static List<String> unusualWeights(String text) {
    return parse(text).stream()
        .filter(piece -> Math.abs(piece.weight()) > USUAL)
        .map(piece -> "the weight " + number(piece.weight()) + " of " + shown(piece.text()))
        .toList();
  }

  private static String number(double weight) {
    return new BigDecimal(weight).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  /**
   * Finds what may be meant as a weight but has no use as one.
   *
   * @param text with brackets
   * @return sentences for the user
   */
  public static List<String> notes(String text) {
    Set<String> notes = new LinkedHashSet<>();
    for (Matcher sign = NO_WEIGHT.matcher(text); sign.find(); ) {
      String found = "\"" + sign.group() + "\" is no weight and read as plain words. ";
      notes.add(found + "Write a number with a point, as in (word:1.3).");
    }
    for (String weight : unusualWeights(text)) {
      notes.add(
          "In the prompt, "
              + weight
              + " is far beyond usual values. 0.5 to 1.5 are usual; more"
              + " hides the other words.");
    }
    return List.copyOf(notes);
  }

  private List<Piece> joined() {
    List<Piece> joined = new ArrayList<>();
    boolean begins = false;
    for (Piece piece : pieces) {
      if (begins && piece.begins()) joined.add(new Piece("", 1, true));
      begins |= piece.begins();
      if (piece.text().isEmpty()) continue;
      requireBearable(piece);
      Piece last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && !begins && last.weight() == piece.weight()) {
        String text = last.text() + piece.text();
        joined.set(joined.size() - 1, new Piece(text, last.weight(), last.begins()));
      } else {
        joined.add(new Piece(piece.text(), piece.weight(), begins));
      }
      begins = false;
    }
    if (joined.isEmpty() || begins) joined.add(new Piece("", 1, begins));
    return joined;
  }
}
