/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Values in a pickle that belong together, as the arguments of a call: each is asked for with the
 * kind that it should have.
 */
final class PickleValues {

  private final String owner;
  private final List<?> values;

  /**
   * Values.
   *
   * @param owner that they belong to, for messages: "a tensor", for example
   */
  PickleValues(String owner, List<?> values) {
    this.owner = owner;
    this.values = values;
  }

  /**
   * Values, if it is a list or tuple of them.
   *
   * @param owner that they belong to, for messages
   * @throws IOException if it is something else
   */
  static PickleValues of(String owner, Object values) throws IOException {
    if (values instanceof List<?> list) return new PickleValues(owner, list);
    throw new IOException(owner + " in its pickle is " + kind(values) + ", expected a list");
  }

  /** Returns the same values of another owner. */
  PickleValues named(String newOwner) {
    return new PickleValues(newOwner, values);
  }

  /** Returns how many there are. */
  int size() {
    return values.size();
  }

  /** Returns a value of any kind. */
  Object any(int index) throws IOException {
    if (index < values.size()) return values.get(index);
    throw new IOException(
        owner + " in its pickle has " + values.size() + " values, expected " + (index + 1));
  }

  /** Returns a list or tuple. */
  List<?> list(int index) throws IOException {
    return of(index, List.class, "a list");
  }

  /** Returns a whole number. */
  long whole(int index) throws IOException {
    return of(index, Long.class, "a whole number");
  }

  /** Returns a text. */
  String text(int index) throws IOException {
    return of(index, String.class, "a text");
  }

  /** Returns whole numbers of a list or tuple. */
  long[] wholes(int index) throws IOException {
    PickleValues list = new PickleValues(owner, list(index));
    long[] wholes = new long[list.size()];
    for (int i = 0; i < wholes.length; i++) wholes[i] = list.whole(i);
    return wholes;
  }

  /**
   * Returns a value of a type.
   *
   * @param expected the type's name, for messages
   */
  <T> T of(int index, Class<T> type, String expected) throws IOException {
    Object value = any(index);
    if (type.isInstance(value)) return type.cast(value);
    throw new IOException(
        owner + " in its pickle has " + kind(value) + " where " + expected + " was expected");
  }

  /** Names a kind of value, never the value itself: lists can hold themselves. */
  static String kind(Object value) {
    if (value == Pickle.NONE) return "None";
    if (value instanceof Long) return "a whole number";
    if (value instanceof Number) return "a number";
    if (value instanceof Boolean) return "a truth value";
    if (value instanceof String) return "a text";
    if (value instanceof byte[]) return "bytes";
    if (value instanceof List) return "a list";
    return value instanceof Map ? "a dict" : "an object";
  }
}
