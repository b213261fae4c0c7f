/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A key of peft's {@code alpha_pattern}: a regular expression for the end of a module's name, from
 * its beginning or behind a dot. Files can hold any expression; Java's would try all ways to match
 * it, one after the other, and some have more than can be tried. This follows all ways at once, and
 * counts its steps. It reads characters, {@code .}, {@code [a-z]}, {@code \d}, {@code \w}, {@code
 * \s}, groups, {@code |}, {@code *}, {@code +}, {@code ?}, {@code ^} and {@code $}.
 */
final class ModulePattern {

  private static final int LONGEST = 1000;
  private static final int DEEPEST = 20;

  /** The steps that all expressions of a file may take together; names take some hundreds. */
  static final class Steps {

    private static final long MOST = 20_000_000;

    private long left;

    Steps() {
      this(MOST);
    }

    /**
     * @param most that may be taken
     */
    Steps(long most) {
      left = most;
    }

    private void take(long steps) {
      left -= steps;
      if (left < 0) throw wrong("too many ways to match");
    }
  }

  /** The places in a name at which an expression may end if it begins at one of the given. */
  private interface Node {
    BitSet ends(String name, BitSet begins, Steps steps);
  }

  private final String text;
  private int at;
  private int depth;
  private final Node node;

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if it is none, or has something that is not read, saying what
   */
  ModulePattern(String text) {
    if (text.length() > LONGEST) throw wrong("more than " + LONGEST + " characters");
    this.text = text;
    node = choice();
    if (at < text.length()) throw wrong("a \")\" without its \"(\"");
  }

  /** Returns whether a module's name, or the end of it behind a dot, is of this form. */
  boolean matches(String module, Steps steps) {
    steps.take(module.length());
    BitSet begins = new BitSet();
    begins.set(0);
    for (int i = 0; i < module.length(); i++) if (module.charAt(i) == '.') begins.set(i + 1);
    return node.ends(module, begins, steps).get(module.length());
  }

  private Node choice() {
    if (++depth > DEEPEST) throw wrong("more than " + DEEPEST + " groups in one another");
    List<Node> choices = new ArrayList<>(List.of(sequence()));
    while (at < text.length() && text.charAt(at) == '|') {
      at++;
      choices.add(sequence());
    }
    depth--;
    return (name, begins, steps) -> {
      BitSet ends = new BitSet();
      steps.take(choices.size());
      choices.forEach(choice -> ends.or(choice.ends(name, begins, steps)));
      return ends;
    };
  }

  private Node sequence() {
    List<Node> parts = new ArrayList<>();
    while (at < text.length() && "|)".indexOf(text.charAt(at)) < 0) parts.add(repeated(one()));
    return (name, begins, steps) -> {
      BitSet ends = begins;
      steps.take(parts.size());
      for (Node part : parts) if (!ends.isEmpty()) ends = part.ends(name, ends, steps);
      return ends;
    };
  }

  private Node repeated(Node one) {
    char sign = at < text.length() ? text.charAt(at) : ' ';
    if ("*+?".indexOf(sign) < 0) return one;
    at++;
    if (at < text.length() && "*+?".indexOf(text.charAt(at)) >= 0) throw wrong("two repetitions");
    return (name, begins, steps) -> repeated(one, name, begins, sign, steps);
  }

  /** Goes on from places that are new only: at most as often as a name has characters. */
  private static BitSet repeated(Node one, String name, BitSet begins, char sign, Steps steps) {
    BitSet ends = new BitSet();
    if (sign != '+') ends.or(begins);
    BitSet fresh = begins;
    do {
      steps.take(1);
      BitSet next = (BitSet) one.ends(name, fresh, steps).clone();
      next.andNot(ends);
      ends.or(next);
      fresh = next;
    } while (sign != '?' && !fresh.isEmpty());
    return ends;
  }

  private Node one() {
    char c = text.charAt(at++);
    return switch (c) {
      case '(' -> group();
      case '[' -> character(set());
      case '.' -> character(x -> x != '\n');
      case '\\' -> character(escaped());
      case '^' -> (name, begins, steps) -> only(begins, 0);
      case '$' -> (name, begins, steps) -> only(begins, name.length());
      case '*', '+', '?', '{' -> throw wrong("\"" + c + "\"");
      default -> character(x -> x == c);
    };
  }

  private Node group() {
    if (text.startsWith("?:", at)) at += 2;
    else if (text.startsWith("?", at)) throw wrong("\"(?\"");
    Node group = choice();
    if (at == text.length()) throw wrong("a \"(\" without its \")\"");
    at++;
    return group;
  }

  private static BitSet only(BitSet begins, int place) {
    BitSet ends = new BitSet();
    ends.set(place, begins.get(place));
    return ends;
  }

  private static Node character(IntPredicate accepts) {
    return (name, begins, steps) -> {
      BitSet ends = new BitSet();
      steps.take(1 + begins.cardinality());
      for (int i = begins.nextSetBit(0); i >= 0; i = begins.nextSetBit(i + 1)) {
        if (i < name.length() && accepts.test(name.charAt(i))) ends.set(i + 1);
      }
      return ends;
    };
  }

  private IntPredicate escaped() {
    if (at == text.length()) throw wrong("a \"\\\" at its end");
    char c = text.charAt(at++);
    IntPredicate word = x -> Character.isLetterOrDigit(x) || x == '_';
    return switch (c) {
      case 'd' -> Character::isDigit;
      case 'D' -> x -> !Character.isDigit(x);
      case 'w' -> word;
      case 'W' -> word.negate();
      case 's' -> Character::isWhitespace;
      case 'S' -> x -> !Character.isWhitespace(x);
      default -> {
        if (Character.isLetterOrDigit(c)) throw wrong("\"\\" + c + "\"");
        yield x -> x == c;
      }
    };
  }

  private IntPredicate set() {
    boolean not = at < text.length() && text.charAt(at) == '^';
    if (not) at++;
    IntPredicate any = x -> false;
    int first = at;
    while (at < text.length() && (text.charAt(at) != ']' || at == first)) any = any.or(range());
    if (at == text.length()) throw wrong("a \"[\" without its \"]\"");
    at++;
    return not ? any.negate() : any;
  }

  private IntPredicate range() {
    char low = text.charAt(at++);
    if (low == '\\') return escaped();
    boolean isRange =
        at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']';
    if (!isRange) return x -> x == low;
    char high = text.charAt(at + 1);
    at += 2;
    if (high == '\\' || high < low) throw wrong("the range " + low + "-" + high);
    return x -> low <= x && x <= high;
  }

  private static IllegalArgumentException wrong(String found) {
    return new IllegalArgumentException("it has " + found);
  }
}
