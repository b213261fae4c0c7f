/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.hosts.AnswersCommand;
import sc.fiji.latentdiffusion.hosts.InnerAnswers;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.MacroLine;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.plugins.Spelling;

/** The settings of a script, by the keys of a command, which checks them. */
final class Settings {

  /** Keys that name images or tables of ImageJ, or say what becomes of several results. */
  private static final List<String> OF_IMAGEJ =
      List.of(
          "slices",
          "seeds",
          "coherence",
          "channels",
          "intensity",
          "minimum",
          "maximum",
          "rois",
          "areas",
          "regions",
          "labels",
          "mask",
          "depth",
          "control",
          "conditioning",
          "type",
          "count",
          "batch",
          "statistics");

  private final InnerAnswers command;

  private Settings(Class<? extends AnswersCommand> type, Map<String, ?> given) {
    command = new InnerAnswers(type, null, null);
    Map<String, String> texts = new LinkedHashMap<>();
    given.forEach((key, value) -> texts.put(requireKey(key), text(value)));
    command.set(texts);
  }

  /** Reads the settings of a picture that is made from a prompt. */
  static Settings ofText(Map<String, ?> given) {
    return new Settings(TextToImage.class, given);
  }

  /** Reads the settings of an image that is repainted. */
  static Settings ofImage(Map<String, ?> given) {
    return new Settings(ImageToImage.class, given);
  }

  private String requireKey(String key) {
    List<String> known =
        command.inputs().keys().stream().filter(Settings::isTaken).map(Key::name).toList();
    if (known.contains(key)) return key;
    boolean isOfImageJ = command.inputs().names().contains(key);
    throw new IllegalArgumentException(
        String.format(
            isOfImageJ
                ? "The key %s needs ImageJ's images or windows, which a script on intervals does"
                    + " without. Leave it out; the others are %s."
                : "The settings must have known keys, but one is \"%s\"; expected one of %s.",
            key,
            String.join(", ", Spelling.nearestFirst(key, known))));
  }

  private static boolean isTaken(Key key) {
    return key.isInInfo() && !key.opensWindow() && !OF_IMAGEJ.contains(key.name());
  }

  private static String text(Object value) {
    return value instanceof Collection<?> all
        ? all.stream().map(Settings::text).collect(Collectors.joining(","))
        : MacroLine.text(value instanceof CharSequence text ? text.toString() : value);
  }

  /** Returns them as a request. */
  Request request() {
    return command.request();
  }

  /** Returns how the region of an image is seen, and the result fitted to it. */
  RegionOptions region() {
    Map<String, String> values = command.inputs().values();
    return new RegionOptions(
        Double.parseDouble(values.get("feather")),
        Integer.parseInt(values.get("context")),
        Boolean.parseBoolean(values.get("scale")),
        Double.parseDouble(values.get("detail")),
        Boolean.parseBoolean(values.get("level")));
  }
}
