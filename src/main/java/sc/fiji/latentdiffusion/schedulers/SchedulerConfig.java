package sc.fiji.latentdiffusion.schedulers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of a model's {@code scheduler_config.json}, as plain values: schedulers know neither
 * files nor JSON. Keys of the config are obeyed; a key that is missing or null has the default of
 * the diffusers class that the scheduler stands for (diffusers' {@code from_config}). Immutable.
 */
public final class SchedulerConfig {

  private final Map<String, Object> values;

  /**
   * A config of these values.
   *
   * @param values numbers, booleans, texts and lists by key
   */
  public SchedulerConfig(Map<String, Object> values) {
    this.values = new HashMap<>(values);
  }

  /**
   * A true-or-false setting.
   *
   * @param key the key in the config
   * @param absent the value if the config lacks it
   * @return the value
   */
  public boolean flag(String key, boolean absent) {
    Object value = values.get(key);
    if (value == null) return absent;
    if (value instanceof Boolean b) return b;
    throw wrong(key, value, "true or false");
  }

  /**
   * A number.
   *
   * @param key the key in the config
   * @param absent the value if the config lacks it
   * @return the value; may be infinite, which JSON writes as a text
   */
  public double number(String key, double absent) {
    Object value = values.get(key);
    if (value == null) return absent;
    if (value instanceof Number n) return n.doubleValue();
    if (String.valueOf(value).matches("[+-]?Infinity")) return Double.parseDouble(value.toString());
    throw wrong(key, value, "a number");
  }

  /**
   * A whole number within bounds.
   *
   * @param key the key in the config
   * @param absent the value if the config lacks it
   * @param least the least that is taken
   * @param most the most that is taken
   * @return the value
   * @throws IllegalArgumentException if it is another number
   */
  public int whole(String key, int absent, int least, int most) {
    double value = number(key, absent);
    if (value >= least && value <= most && value == Math.rint(value)) return (int) value;
    throw wrong(key, values.get(key), "a whole number from " + least + " to " + most);
  }

  /**
   * The number of train timesteps.
   *
   * @return {@code num_train_timesteps}, 1000 if the config does not say; at most 10000, since each
   *     is an entry of several tables
   */
  public int trainSteps() {
    return whole("num_train_timesteps", 1000, 1, 10_000);
  }

  /**
   * A text.
   *
   * @param key the key in the config
   * @param absent the value if the config lacks it
   * @return the value
   */
  public String text(String key, String absent) {
    Object value = values.get(key);
    if (value == null) return absent;
    if (value instanceof String s) return s;
    throw wrong(key, value, "a text");
  }

  /**
   * A text that must be one of a few.
   *
   * @param key the key in the config
   * @param absent the value if the config lacks it
   * @param known the values that are understood
   * @return the value
   * @throws IllegalArgumentException if it is none of them; the message lists them
   */
  public String choice(String key, String absent, List<String> known) {
    String value = text(key, absent);
    if (known.contains(value)) return value;
    throw wrong(key, value, "one of " + String.join(", ", known));
  }

  /**
   * A list of numbers.
   *
   * @param key the key in the config
   * @return the numbers; empty if the config lacks the key
   */
  public Optional<double[]> numbers(String key) {
    Object value = values.get(key);
    if (value == null) return Optional.empty();
    if (!(value instanceof List<?> list) || !list.stream().allMatch(Number.class::isInstance))
      throw wrong(key, value, "a list of numbers");
    return Optional.of(list.stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray());
  }

  /**
   * Refuses settings that would change the result and that a solver cannot follow.
   *
   * @param keys true-or-false settings that must not be true
   * @throws Refusal if one is true; the message names it
   */
  public void refuse(String... keys) {
    for (String key : keys) if (flag(key, false)) throw cannot(key, true);
  }

  /**
   * The refusal of a setting that a solver cannot follow.
   *
   * @param key the key in the config
   * @param value its value
   * @return an exception whose message names both and a way out
   */
  public static Refusal cannot(String key, Object value) {
    return new Refusal(
        "cannot do "
            + key
            + "="
            + value
            + ", which the model's scheduler_config.json asks for; choose another scheduler, or"
            + " change it in that file.");
  }

  /**
   * The exception for a value that is not understood.
   *
   * @param key the key in the config
   * @param value its value
   * @param expected the values that are understood
   * @return an exception whose message names all three
   */
  public static IllegalArgumentException wrong(String key, Object value, String expected) {
    return new IllegalArgumentException(
        "scheduler_config.json: " + key + ": expected " + expected + "; found '" + value + "'.");
  }
}
