/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.repair;

import ij.ImagePlus;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.areas.Areas;
import sc.fiji.latentdiffusion.images.areas.Place;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.keys.MacroLine;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Sampling;

/**
 * The built-in repair model continues in a selection what is around it. What it needs of an image,
 * and how its results tell that pixels were invented.
 */
public final class Repair {

  private static final int STEPS = 10;

  /** The Info's key of the bounds of invented pixels. */
  public static final String INFO = "invented";

  private Repair() {}

  /** Returns whether a request names the built-in repair model. */
  public static boolean isAskedBy(Request request) {
    return BuiltIn.named(request.model()).equals(Optional.of(BuiltIn.REPAIR));
  }

  /**
   * Returns whether a dialog on an image begins with a repair: where an area is selected and no
   * words are written, or the repair model is chosen.
   *
   * @param chosen texts that the user has chosen, by key
   */
  public static boolean isSuggested(ImagePlus image, Map<String, String> chosen) {
    if (image.getRoi() == null) return false;
    String model = chosen.get("model");
    return model == null
        ? chosen.getOrDefault("prompt", "").isBlank()
        : BuiltIn.named(model).equals(Optional.of(BuiltIn.REPAIR));
  }

  /**
   * Returns the texts of keys with which a dialog begins a repair.
   *
   * @param size width and height of the model's pictures, in pixels
   */
  public static Map<String, String> suggested(ImagePlus image, int size) {
    RegionOptions region = RegionOptions.repairing(Selection.of(image, 0).bounds(), size);
    Map<String, String> texts = new HashMap<>(region.texts());
    texts.put("model", BuiltIn.REPAIR.key());
    texts.put("steps", MacroLine.text(STEPS));
    texts.put("strength", MacroLine.text(1.0));
    texts.put("guidance", MacroLine.text(1.0));
    texts.put("scheduler", Sampling.DEFAULT.scheduler());
    texts.put("scale", MacroLine.text(region.scale()));
    texts.put("intensity", ChannelMapping.AROUND);
    return texts;
  }

  /**
   * Checks that the model sees something around each area.
   *
   * @param request of any model
   * @param areas of its runs
   * @throws IllegalArgumentException if it names the repair model, which sees nothing, or is told
   *     prompts of regions; the message says what to do
   */
  public static void check(ImagePlus image, Request request, RegionOptions options, Areas areas) {
    if (!isAskedBy(request)) return;
    if (!areas.prompts().isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "regions=true takes the names of ROIs as prompts, but the %s takes no words. Give"
                  + " regions=false, or choose another model (model=).",
              BuiltIn.REPAIR.title()));
    }
    areas.places().forEach(place -> check(image, options, place));
  }

  private static void check(ImagePlus image, RegionOptions options, Place place) {
    Selection selection = place.selection();
    Region whole = new Region(0, 0, image.getWidth(), image.getHeight());
    if (selection.covers(whole)) {
      throw new IllegalArgumentException(
          String.format(
              "The %s continues in a selection what is around it, but %s: nothing is around it."
                  + " Select the part to repair, or choose another model (model=).",
              BuiltIn.REPAIR.title(),
              image.getRoi() == null
                  ? "nothing is selected in \"" + image.getTitle() + "\""
                  : "the selection covers all of \"" + image.getTitle() + "\""));
    }
    if (selection.covers(place.seen())) {
      throw new IllegalArgumentException(
          String.format(
              "The %s continues in a selection what is around it, but context is %d: it sees"
                  + " nothing around the selection. Give context (context=32).",
              BuiltIn.REPAIR.title(), options.context()));
    }
  }

  /**
   * Returns a note on a strength that leaves a part of what is to be repaired.
   *
   * @param request of any model
   */
  public static List<String> notes(Request request) {
    if (!isAskedBy(request) || request.strength() == 1) return List.of();
    return List.of(
        String.format(
            Locale.ROOT,
            "Strength %s keeps a part of what the selection shows. A repair replaces it with"
                + " strength 1.",
            Numbers.text(request.strength())));
  }
}
