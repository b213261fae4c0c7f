package sc.fiji.latentdiffusion.keys;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scijava.module.ModuleItem;

/**
 * In which order a dialog asks for the inputs of a command: first what is to be seen, then how
 * large, how far and how often it is to be made; and what few people change only if they ask for
 * it. Macros keep the order of the declarations.
 */
public final class DialogOrder {

  private static final Set<String> FIRST_LOOK =
      Set.of(
          "prompt",
          "negative",
          "width",
          "height",
          "from",
          "to",
          "noised",
          "steps",
          "strength",
          "guidance",
          "seed",
          "model");

  /** The button for what few people change while that is hidden, and while it is seen. */
  public static final String MORE = "More…";

  public static final String LESS = "Less";

  /** What stands over the inputs that open stacks. */
  public static final String STACKS =
      "Also open, with one frame for every evaluation of the U-Net:";

  /** A command of no more inputs than these shows them all. */
  private static final int FEW = 8;

  private static final Set<String> WIDE =
      Set.of(
          "prompt",
          "negative",
          "model",
          "lora",
          "control",
          "embeddings",
          "strength",
          "name",
          "folder",
          "hub");
  private static final Set<String> OPENING = Set.of("latents", "noise", "predicted", "decoded");

  /** After which others, if they come right before it, an input stands in the same row. */
  private static final Map<String, Set<String>> BESIDE =
      Map.ofEntries(
          Map.entry("height", Set.of("width")),
          Map.entry("to", Set.of("from")),
          Map.entry("guidance", Set.of("steps", "strength", "noised")),
          Map.entry("device", Set.of("precision")),
          Map.entry("weighting", Set.of("clipskip")),
          Map.entry("context", Set.of("feather")),
          Map.entry("scale", Set.of("context")),
          Map.entry("intensity", Set.of("channels")),
          Map.entry("maximum", Set.of("minimum")),
          Map.entry("seeds", Set.of("slices")),
          Map.entry("variant", Set.of("revision")));

  private final List<ModuleItem<?>> first = new ArrayList<>();
  private final List<ModuleItem<?>> more = new ArrayList<>();

  /**
   * Of the inputs that a user gives.
   *
   * @param inputs in the order of their declaration
   * @param active the image that is worked on, or null; what makes no difference to it is left out
   */
  public DialogOrder(List<ModuleItem<?>> inputs, ImagePlus active) {
    boolean few = inputs.size() <= FEW;
    for (ModuleItem<?> input : inputs) {
      String key = input.getName();
      if (isOfUse(key, active)) {
        boolean look = few || FIRST_LOOK.contains(key);
        (look ? first : more).add(input);
      }
    }
    Comparator<ModuleItem<?>> order = Comparator.comparingInt(input -> place(input, few));
    first.sort(order);
    more.sort(order);
  }

  /** What stands in a row of its own stands before and after what shares one. */
  private static int place(ModuleItem<?> input, boolean few) {
    return switch (input.getName()) {
      case "prompt", "negative", "name" -> 0;
      case "strength" -> few ? 2 : 1;
      case "model", "control", "embeddings", "lora", "hub" -> 3;
      case "latents", "noise", "predicted", "decoded" -> 4;
      default -> 2;
    };
  }

  /** Whether an input makes a difference to an image; one that makes none keeps its default. */
  static boolean isOfUse(String key, ImagePlus active) {
    if (active == null) {
      return true;
    }
    return switch (key) {
      case "channels" -> active.getNChannels() > 1;
      case "intensity", "minimum", "maximum" -> active.getType() != ImagePlus.COLOR_RGB;
      case "slices", "seeds" -> active.getNSlices() * active.getNFrames() > 1;
      case "feather", "context" -> active.getRoi() != null;
      default -> true;
    };
  }

  /**
   * Whether an input counts where the others are as they are; one that does not has its default.
   *
   * @param texts of all inputs that are asked for, by key
   */
  public static boolean counts(String key, Map<String, String> texts) {
    boolean range = key.equals("minimum") || key.equals("maximum");
    return !range || texts.getOrDefault("intensity", "given").equals("given");
  }

  /** What everybody is asked. */
  public List<ModuleItem<?>> first() {
    return List.copyOf(first);
  }

  /** What is asked behind a button; may be empty. */
  public List<ModuleItem<?>> more() {
    return List.copyOf(more);
  }

  /** Whether an input takes a whole row. */
  public static boolean isWide(String key) {
    return WIDE.contains(key);
  }

  /** Whether an input stands in the row of another that comes right before it. */
  public static boolean isBeside(String key, String before) {
    return BESIDE.getOrDefault(key, Set.of()).contains(before);
  }

  /** Whether an input says that a stack of the steps is to be opened; these stand in one row. */
  public static boolean isStack(String key) {
    return OPENING.contains(key);
  }
}
