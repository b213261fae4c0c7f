package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
 * weights write.
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
    default void state(Object object, Object state) {}
  }

  /** A global that may be called. */
  interface Function {
    Object call(List<?> arguments) throws IOException;
  }

  private static final Object MARK = new Object();

  private final ByteBuffer bytes;
  private final Names names;
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

  private Pickle(ByteBuffer bytes, Names names) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
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
  static Object read(ByteBuffer bytes, Names names) throws IOException {
    Pickle pickle = new Pickle(bytes, names);
    try {
      while (pickle.next()) continue;
      return pickle.pop();
    } catch (BufferUnderflowException e) {
      throw new IOException("the pickle ends too early", e);
    } catch (ClassCastException | IllegalArgumentException | UnsupportedOperationException e) {
      throw new IOException("the pickle is damaged (" + e.getMessage() + ")", e);
    }
  }

  /** Executes one opcode; returns false after the last. */
  private boolean next() throws IOException {
    int opcode = bytes.get() & 0xFF;
    switch (opcode) {
      case '.' -> {
        return false;
      }
      case 0x80 -> bytes.get();
      case 0x95 -> bytes.getLong();
      case '(' -> stack.push(MARK);
      case '0' -> pop();
      case '1' -> toMark();
      case '2' -> stack.push(top());
      case 'q' -> memo.put(bytes.get() & 0xFF, top());
      case 'r' -> memo.put(bytes.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> stack.push(remembered(bytes.get() & 0xFF));
      case 'j' -> stack.push(remembered(bytes.getInt()));
      case 'c' -> stack.push(names.global(line(), line()));
      case 0x93 -> global();
      case 'Q' -> stack.push(names.persistent(pop()));
      case 'R', 0x81 -> call();
      case 'b' -> {
        Object state = pop();
        names.state(top(), state);
      }
      default -> value(opcode);
    }
    return true;
  }

  private void value(int opcode) throws IOException {
    switch (opcode) {
      case 'N' -> stack.push(NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'J' -> stack.push((long) bytes.getInt());
      case 'K' -> stack.push((long) (bytes.get() & 0xFF));
      case 'M' -> stack.push((long) (bytes.getShort() & 0xFFFF));
      case 0x8a -> stack.push(integer(bytes.get() & 0xFF));
      case 'G' -> stack.push(bytes.order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'X' -> stack.push(text(bytes.getInt()));
      case 0x8c -> stack.push(text(bytes.get() & 0xFF));
      case 0x8d -> stack.push(text(bytes.getLong()));
      case 'T' -> stack.push(text(bytes.getInt()));
      case 'U' -> stack.push(text(bytes.get() & 0xFF));
      case 'B' -> stack.push(raw(bytes.getInt()));
      case 'C' -> stack.push(raw(bytes.get() & 0xFF));
      case 0x8e -> stack.push(raw(bytes.getLong()));
      default -> collection(opcode);
    }
    bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  private void collection(int opcode) throws IOException {
    switch (opcode) {
      case ')' -> stack.push(List.of());
      case ']', 0x8f -> stack.push(new ArrayList<>());
      case '}' -> stack.push(new LinkedHashMap<>());
      case 't' -> stack.push(Collections.unmodifiableList(toMark()));
      case 'l' -> stack.push(toMark());
      case 0x85 -> stack.push(tuple(1));
      case 0x86 -> stack.push(tuple(2));
      case 0x87 -> stack.push(tuple(3));
      case 'a' -> append(List.of(pop()));
      case 'e', 0x90 -> append(toMark());
      case 's' -> put(tuple(2));
      case 'u' -> put(toMark());
      case 'd' -> {
        List<Object> items = toMark();
        stack.push(new LinkedHashMap<>());
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
    String name = (String) pop();
    stack.push(names.global((String) pop(), name));
  }

  private void call() throws IOException {
    List<?> arguments = (List<?>) pop();
    stack.push(((Function) pop()).call(arguments));
  }

  @SuppressWarnings("unchecked") // of whatever there is
  private void append(List<Object> items) {
    if (top() instanceof List<?> list) ((List<Object>) list).addAll(items);
  }

  @SuppressWarnings("unchecked") // of whatever there is
  private void put(List<Object> items) {
    if (!(top() instanceof Map<?, ?> map)) return;
    for (int i = 0; i + 1 < items.size(); i += 2) {
      if (isKey(items.get(i))) ((Map<Object, Object>) map).put(items.get(i), items.get(i + 1));
    }
  }

  /** Other keys, which no tensor has, may hold themselves and would never be hashed. */
  private static boolean isKey(Object key) {
    return key instanceof String || key instanceof Long;
  }

  private Object top() {
    return required(stack.peek());
  }

  private Object pop() {
    return required(stack.poll());
  }

  private static Object required(Object value) {
    if (value == null || value == MARK) throw new IllegalArgumentException("its stack is empty");
    return value;
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) throw new IllegalArgumentException("nothing was stored as " + index);
    return value;
  }

  /** The objects above the last mark, the lowest first. */
  private List<Object> toMark() {
    List<Object> items = new ArrayList<>();
    Object item = stack.poll();
    while (item != MARK) {
      items.add(required(item));
      item = stack.poll();
    }
    Collections.reverse(items);
    return items;
  }

  private List<Object> tuple(int size) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < size; i++) items.add(pop());
    Collections.reverse(items);
    return items;
  }

  private byte[] raw(long length) {
    if (length < 0 || length > bytes.remaining()) throw new BufferUnderflowException();
    byte[] raw = new byte[(int) length];
    bytes.get(raw);
    return raw;
  }

  private String text(long length) {
    return new String(raw(length), StandardCharsets.UTF_8);
  }

  private String line() {
    int start = bytes.position();
    while (bytes.get() != '\n') continue;
    int length = bytes.position() - 1 - start;
    byte[] line = new byte[length];
    bytes.get(start, line);
    return new String(line, StandardCharsets.UTF_8);
  }

  /** Little endian, two's complement; of more than 64 bits the lowest. */
  private long integer(int length) {
    byte[] raw = raw(length);
    long value = length > 0 && raw[length - 1] < 0 ? -1 : 0;
    for (int i = Math.min(length, Long.BYTES) - 1; i >= 0; i--) value = value << 8 | raw[i] & 0xFF;
    return value;
  }
}
