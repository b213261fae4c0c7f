package sc.fiji.latentdiffusion.pipeline;

import java.security.SecureRandom;
import java.util.List;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.plugins.Schedulers;

/**
 * All that decides a result: equal request, equal machine and precision, equal bits.
 *
 * @param model empty for the built-in model, else a folder, a single file, or the name of one in
 *     the models folder
 * @param width of the picture in pixels; 0 for the model's own
 * @param height of the picture in pixels; 0 for the model's own
 * @param steps of the scheduler, at least 1
 * @param strength how far a picture is replaced, 0 (not at all) … 1 (entirely)
 * @param guidance scale of classifier-free guidance (Ho and Salimans 2022); off at 1 and below
 * @param scheduler short name, for example {@code dpmpp_2m_k}
 * @param seed of the noise, 0 … 2^32−1, or −1 to have one drawn
 * @param precision auto, float32, bfloat16 or float16
 * @param device auto, cpu or gpu
 * @param prompt what should be seen
 * @param negative what should not be seen
 * @param prompting how the two are read
 * @param addOns what is added to the model
 */
public record Request(
    String model,
    int width,
    int height,
    int steps,
    double strength,
    double guidance,
    String scheduler,
    long seed,
    String precision,
    String device,
    String prompt,
    String negative,
    Prompting prompting,
    AddOns addOns) {

  /** The choices of {@link #precision}. */
  public static final List<String> PRECISIONS = List.of("auto", "float32", "bfloat16", "float16");

  /** The choices of {@link #device}. */
  public static final List<String> DEVICES = List.of("auto", "cpu", "gpu");

  /** The largest seed, 2^32−1. */
  public static final long MAX_SEED = 0xFFFFFFFFL;

  /** The largest width and height in pixels. */
  public static final int MAX_SIZE = 8192;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, what it may be and what it was
   */
  public Request {
    model = model == null ? "" : model.trim();
    prompt = prompt == null ? "" : prompt;
    negative = negative == null ? "" : negative;
    prompting = prompting == null ? Prompting.DEFAULT : prompting;
    checkSize("width", width);
    checkSize("height", height);
    check(steps >= 1, "steps", "a whole number of at least 1", steps);
    check(strength >= 0 && strength <= 1, "strength", "between 0 and 1", strength);
    check(
        Double.isFinite(guidance) && guidance >= 0,
        "guidance",
        "a number of at least 0 (1 and below turn guidance off)",
        guidance);
    check(seed >= -1 && seed <= MAX_SEED, "seed", "−1 (draw one) or 0…4294967295", seed);
    check(PRECISIONS.contains(precision), "precision", "one of " + PRECISIONS, precision);
    check(DEVICES.contains(device), "device", "one of " + DEVICES, device);
    scheduler = Schedulers.name(scheduler);
    addOns = addOns == null ? AddOns.NONE : addOns;
  }

  /**
   * @return the defaults of every command
   */
  public static Request defaults() {
    return new Request(
        "",
        0,
        0,
        20,
        0.5,
        4,
        "dpmpp_2m_k",
        -1,
        "auto",
        "auto",
        "",
        "",
        Prompting.DEFAULT,
        AddOns.NONE);
  }

  /**
   * @param value of {@link #model}
   * @return a copy with it
   */
  public Request withModel(String value) {
    return new Request(
        value, width, height, steps, strength, guidance, scheduler, seed, precision, device, prompt,
        negative, prompting, addOns);
  }

  /**
   * @param newWidth in pixels
   * @param newHeight in pixels
   * @return a copy with them
   */
  public Request withSize(int newWidth, int newHeight) {
    return new Request(
        model, newWidth, newHeight, steps, strength, guidance, scheduler, seed, precision, device,
        prompt, negative, prompting, addOns);
  }

  /**
   * @param size of the model, in pixels
   * @return a copy with it in place of a width or height of 0
   */
  public Request withNativeSize(int size) {
    return withSize(width == 0 ? size : width, height == 0 ? size : height);
  }

  /**
   * @param value of {@link #steps}
   * @return a copy with it
   */
  public Request withSteps(int value) {
    return new Request(
        model, width, height, value, strength, guidance, scheduler, seed, precision, device, prompt,
        negative, prompting, addOns);
  }

  /**
   * @param value of {@link #strength}
   * @return a copy with it
   */
  public Request withStrength(double value) {
    return new Request(
        model, width, height, steps, value, guidance, scheduler, seed, precision, device, prompt,
        negative, prompting, addOns);
  }

  /**
   * @param value of {@link #guidance}
   * @return a copy with it
   */
  public Request withGuidance(double value) {
    return new Request(
        model, width, height, steps, strength, value, scheduler, seed, precision, device, prompt,
        negative, prompting, addOns);
  }

  /**
   * @param value of {@link #scheduler}
   * @return a copy with it
   */
  public Request withScheduler(String value) {
    return new Request(
        model, width, height, steps, strength, guidance, value, seed, precision, device, prompt,
        negative, prompting, addOns);
  }

  /**
   * @param value of {@link #seed}
   * @return a copy with it
   */
  public Request withSeed(long value) {
    return new Request(
        model, width, height, steps, strength, guidance, scheduler, value, precision, device,
        prompt, negative, prompting, addOns);
  }

  /**
   * @param type of {@link #precision}
   * @param where of {@link #device}
   * @return a copy with them
   */
  public Request withHardware(String type, String where) {
    return new Request(
        model, width, height, steps, strength, guidance, scheduler, seed, type, where, prompt,
        negative, prompting, addOns);
  }

  /**
   * @param wanted what should be seen
   * @param unwanted what should not be seen
   * @return a copy with them
   */
  public Request withPrompt(String wanted, String unwanted) {
    return new Request(
        model, width, height, steps, strength, guidance, scheduler, seed, precision, device, wanted,
        unwanted, prompting, addOns);
  }

  /**
   * @param value of {@link #prompting}
   * @return a copy with it
   */
  public Request withPrompting(Prompting value) {
    return new Request(
        model, width, height, steps, strength, guidance, scheduler, seed, precision, device, prompt,
        negative, value, addOns);
  }

  /**
   * @param value of {@link #addOns}
   * @return a copy with it
   */
  public Request withAddOns(AddOns value) {
    return new Request(
        model, width, height, steps, strength, guidance, scheduler, seed, precision, device, prompt,
        negative, prompting, value);
  }

  /**
   * @param key of a kind of add-ons, for example {@code lora}
   * @param text the list of them
   * @return a copy with it
   */
  public Request withAddOn(String key, String text) {
    return withAddOns(addOns.with(key, text));
  }

  /**
   * @return this request if it has a seed, else a copy with one that is drawn
   */
  public Request withDrawnSeed() {
    return seed >= 0 ? this : withSeed(new SecureRandom().nextLong() & MAX_SEED);
  }

  private static void checkSize(String key, int value) {
    check(value >= 0 && value <= MAX_SIZE, key, "0 (the model's own) or up to " + MAX_SIZE, value);
  }

  private static void check(boolean holds, String key, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(key + " must be " + expected + ", but is " + found + ".");
    }
  }
}
