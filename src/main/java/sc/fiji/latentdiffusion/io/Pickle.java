/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a Python pickle of protocol 2 to 5 as data and executes nothing: numbers, texts, lists,
 * tuples and dicts become Java's. {@link Names} gives the meaning of each imported name, and
 * refuses unknown ones. The reader knows the opcodes that {@code torch.save} and other savers of
 * weights write. However long a pickle is, it makes at most {@value #MOST} values: a short one
 * could ask for gigabytes.
 *
 * @see <a href="https://docs.python.org/3/library/pickletools.html">the opcodes</a>
 */
final class Pickle {

  /** The meaning of the names that a pickle imports. */
  interface Names {

    /**
     * @return the meaning of {@code module.name}
     * @throws IOException if it is not known, naming it
     */
    Object global(String module, String name) throws IOException;

    /**
     * @return the meaning of an object stored outside the pickle
     */
    Object persistent(Object id) throws IOException;

    /** Gives an object that a global made its state; most have none here. */
    default void state(Object object, Object state, Budget budget) throws IOException {}
  }

  /** A global that may be called. */
  interface Function {
    Object call(PickleValues arguments, Budget budget) throws IOException;
  }

  /** How many values may still be made. */
  static final class Budget {

    private int left = MOST;

    /** Takes some of it, before they are made. */
    void spend(int values) throws IOException {
      left -= values;
      if (left >= 0) return;
      throw new IOException("its pickle makes more than " + MOST + " values: no weights need them");
    }
  }

  /** Checkpoints with the state of their training make some 100,000. */
  static final int MOST = 1_000_000;

  private static final Object MARK = new Object();

  private final PickleBytes bytes;
  private final Names names;
  private final Budget budget = new Budget();
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  /** {@code None}, which Java's collections do not take. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private Pickle(PickleBytes bytes, Names names) {
    this.bytes = bytes;
    this.names = names;
  }

  /**
   * Reads one pickle.
   *
   * @param bytes at its begin; afterwards at its end
   * @param names the names that it may import
   * @return String, Long, Double, Boolean, byte[], List (of tuples, too), Map, {@link #NONE}, or or
   *     an object that {@code names} gave
   * @throws IOException if it ends early, or holds an opcode or a name that is not known
   */
  static Object read(PickleBytes bytes, Names names) throws IOException {
    Pickle pickle = new Pickle(bytes, names);
    while (pickle.next()) continue;
    return pickle.pop();
  }

  /** Executes one opcode; returns false after the last. */
  private boolean next() throws IOException {
    int opcode = bytes.next();
    switch (opcode) {
      case '.' -> {
        return false;
      }
      case 0x80 -> bytes.next();
      case 0x95 -> bytes.whole(8);
      case '(' -> push(MARK);
      case '0' -> pop();
      case '1' -> toMark();
      case '2' -> push(top());
      case 'q' -> remember(bytes.next());
      case 'r' -> remember((int) bytes.whole(4));
      case 0x94 -> remember(memo.size());
      case 'h' -> push(remembered(bytes.next()));
      case 'j' -> push(remembered((int) bytes.whole(4)));
      case 'c' -> push(names.global(bytes.line(), bytes.line()));
      case 0x93 -> global();
      case 'Q' -> push(names.persistent(pop()));
      case 'R', 0x81 -> call();
      case 'b' -> {
        Object state = pop();
        names.state(top(), state, budget);
      }
      default -> value(opcode);
    }
    return true;
  }

  private void value(int opcode) throws IOException {
    switch (opcode) {
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) (int) bytes.whole(4));
      case 'K' -> push(bytes.whole(1));
      case 'M' -> push(bytes.whole(2));
      case 0x8a -> push(integer(bytes.next()));
      case 'G' -> push(bytes.number());
      case 'X', 'T' -> push(bytes.text((int) bytes.whole(4)));
      case 0x8c, 'U' -> push(bytes.text(bytes.next()));
      case 0x8d -> push(bytes.text(bytes.whole(8)));
      case 'B' -> push(bytes.raw((int) bytes.whole(4)).array());
      case 'C' -> push(bytes.raw(bytes.next()).array());
      case 0x8e -> push(bytes.raw(bytes.whole(8)).array());
      default -> collection(opcode);
    }
  }

  private void collection(int opcode) throws IOException {
    switch (opcode) {
      case ')' -> push(List.of());
      case ']', 0x8f -> push(new ArrayList<>());
      case '}' -> push(new LinkedHashMap<>());
      case 't' -> push(Collections.unmodifiableList(toMark()));
      case 'l' -> push(toMark());
      case 0x85 -> push(Collections.unmodifiableList(taken(1)));
      case 0x86 -> push(Collections.unmodifiableList(taken(2)));
      case 0x87 -> push(Collections.unmodifiableList(taken(3)));
      case 'a' -> append(taken(1));
      case 'e', 0x90 -> append(toMark());
      case 's' -> put(taken(2));
      case 'u' -> put(toMark());
      case 'd' -> {
        List<Object> items = toMark();
        push(new LinkedHashMap<>());
        put(items);
      }
      default ->
          throw new IOException(
              String.format(
                  "the pickle has the opcode 0x%02x at byte %d, which no file of weights needs",
                  opcode, bytes.position() - 1));
    }
  }

  private void global() throws IOException {
    PickleValues name = new PickleValues("the name of a class", taken(2));
    push(names.global(name.text(0), name.text(1)));
  }

  private void call() throws IOException {
    PickleValues call = new PickleValues("a call", taken(2));
    Function function = call.of(0, Function.class, "a class");
    push(function.call(new PickleValues("the arguments of a call", call.list(1)), budget));
  }

  @SuppressWarnings("unchecked") // of whatever there is
  private void append(List<Object> items) throws IOException {
    budget.spend(items.size());
    if (top() instanceof ArrayList<?> list) ((List<Object>) list).addAll(items);
    else if (top() instanceof List) throw damaged("something is added to a tuple");
  }

  @SuppressWarnings("unchecked") // of whatever there is
  private void put(List<Object> items) throws IOException {
    if (!(top() instanceof Map<?, ?> map)) return;
    budget.spend(items.size());
    for (int i = 0; i + 1 < items.size(); i += 2) {
      if (isKey(items.get(i))) ((Map<Object, Object>) map).put(items.get(i), items.get(i + 1));
    }
  }

  /** Other keys, which no tensor has, may hold themselves and would never be hashed. */
  static boolean isKey(Object key) {
    return key instanceof String || key instanceof Long;
  }

  private void push(Object value) throws IOException {
    budget.spend(1);
    stack.push(value);
  }

  private void remember(int index) throws IOException {
    budget.spend(1);
    memo.put(index, top());
  }

  private Object top() throws IOException {
    return required(stack.peek());
  }

  private Object pop() throws IOException {
    return required(stack.poll());
  }

  private static Object required(Object value) throws IOException {
    if (value == null || value == MARK) throw damaged("its stack is empty");
    return value;
  }

  private static IOException damaged(String what) {
    return new IOException("the pickle is damaged: " + what);
  }

  private Object remembered(int index) throws IOException {
    Object value = memo.get(index);
    if (value == null) throw damaged("nothing was stored as " + index);
    return value;
  }

  /** The objects above the last mark, the lowest first. */
  private List<Object> toMark() throws IOException {
    List<Object> items = new ArrayList<>();
    Object item = stack.poll();
    while (item != MARK) {
      items.add(required(item));
      item = stack.poll();
    }
    Collections.reverse(items);
    return items;
  }

  /** The uppermost objects, the lowest first. */
  private List<Object> taken(int size) throws IOException {
    List<Object> items = new ArrayList<>(size);
    for (int i = 0; i < size; i++) items.add(pop());
    Collections.reverse(items);
    return items;
  }

  /** Little endian, two's complement; of more than 64 bits the lowest. */
  private long integer(int length) throws IOException {
    ByteBuffer raw = bytes.raw(length);
    long value = length > 0 && raw.get(length - 1) < 0 ? -1 : 0;
    for (int i = Math.min(length, Long.BYTES) - 1; i >= 0; i--) {
      value = value << 8 | raw.get(i) & 0xFF;
    }
    return value;
  }
}
