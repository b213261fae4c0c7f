/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.hosts.InnerRun;
import sc.fiji.latentdiffusion.keys.MacroLine;
import sc.fiji.latentdiffusion.keys.MacroOptions;

/** What a batch is to do, checked before anything runs. */
public final class BatchPlan {

  /** The most files of which the line does not say how many are computed together. */
  private static final int USUAL =
      Math.min(64, Math.max(8, Runtime.getRuntime().availableProcessors()));

  private final Asked asked;
  private final BatchPart part;
  private final AreaSource areas;
  private final ResultFormat format;
  private final BatchLine line;
  private final Path output;
  private final BatchInput.Found found;
  private final Optional<InnerRun> command;
  private final Map<String, String> options;

  /**
   * What is asked for, as the user wrote it.
   *
   * @param part {@code i/n}
   * @param overwrite whether results that are there are made again
   * @param subfolders whether folders within the input are searched
   * @param format tiff or png
   * @param selection none, file, roi or labels
   * @param seed of all files, 0 … 2³²−1
   * @param input folder, pattern or list
   * @param output folder
   * @param line recorded line or macro
   */
  public record Asked(
      String part,
      boolean overwrite,
      boolean subfolders,
      String format,
      String selection,
      long seed,
      String input,
      String output,
      String line) {}

  /**
   * Checks everything, and lists the files.
   *
   * @param commands gives the command of a label in the menu, empty for unknown ones
   * @throws IllegalArgumentException if anything asked for can't be done
   * @throws IOException if the input can't be read
   */
  public BatchPlan(Asked asked, Function<String, Optional<InnerRun>> commands) throws IOException {
    this.asked = asked;
    part = BatchPart.of(asked.part());
    areas = AreaSource.of(asked.selection());
    format = ResultFormat.of(asked.format());
    line = BatchLine.of(asked.line());
    output = output(asked.output());
    command =
        line instanceof BatchLine.Command c ? Optional.of(command(c, commands)) : Optional.empty();
    options = line instanceof BatchLine.Command c ? options(c) : Map.of();
    found = BatchInput.of(asked.input(), asked.subfolders());
    requireOutside();
    requireOneOutputEach();
  }

  private static Path output(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "output must be the folder for the results, but is empty. It is made if it is missing.");
    }
    try {
      Path folder = Path.of(text.strip()).toAbsolutePath().normalize();
      if (!Files.exists(folder) || Files.isDirectory(folder)) return folder;
      throw new IllegalArgumentException("output must be a folder, but " + folder + " is a file.");
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("output must be a folder, but is \"" + text + "\".", e);
    }
  }

  private static InnerRun command(
      BatchLine.Command line, Function<String, Optional<InnerRun>> commands) {
    InnerRun found =
        commands
            .apply(line.label())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        String.format(
                            "line must run a command of Latent Diffusion, as \"Image to Image...\","
                                + " but runs \"%s\". For other commands write a macro and give its"
                                + " path.",
                            line.label())));
    if (found.makesImage()) return found;
    throw new IllegalArgumentException(
        "line must run a command that makes an image of an image, as \"Image to Image...\", but"
            + " runs \""
            + line.label()
            + "\".");
  }

  private Map<String, String> options(BatchLine.Command recorded) {
    InnerRun inner = command.orElseThrow();
    Map<String, String> texts =
        new LinkedHashMap<>(MacroOptions.parse(recorded.options(), inner.inputs().names()));
    texts.replaceAll((key, text) -> MacroLine.decode(text));
    inner.set(texts);
    return texts;
  }

  /** Results within the input would be files of the next run. */
  private void requireOutside() {
    if (found.root().isPresent() && output.startsWith(found.root().get())) {
      throw new IllegalArgumentException(
          String.format(
              "output must lie outside of the input, but %s is within %s. Give another folder.",
              output, found.root().get()));
    }
  }

  private void requireOneOutputEach() {
    Map<Path, BatchFile> owners = new HashMap<>();
    found.files().forEach(file -> owners.put(file.path(), file));
    for (BatchFile file : found.files()) {
      Path result = output(file);
      BatchFile other = owners.put(result, file);
      if (other == null) continue;
      throw new IllegalArgumentException(
          result.equals(other.path())
              ? String.format(
                  "The result of %s would replace the input %s. Give another output.",
                  file.name(), other.path())
              : String.format(
                  "%s and %s would have the same result, %s. Rename one, or leave it out.",
                  other.name(), file.name(), output.relativize(result)));
    }
  }

  /** Returns the files of this part. */
  List<BatchFile> files() {
    return part.of(found.files());
  }

  /** Returns a sentence on the files, for the dialog. */
  public String sentence() {
    int count = files().size();
    String sentence = count == 1 ? "1 file" : count + " files";
    if (count < found.files().size()) sentence += " of " + found.files().size();
    return sentence
        + "; results that are whole already are "
        + (overwrites() ? "made again." : "skipped.");
  }

  /** Returns a note on files that are left out; empty if none are. */
  public Optional<String> note() {
    List<String> others = found.leftOut();
    if (others.isEmpty()) return Optional.empty();
    String few = String.join(", ", others.subList(0, Math.min(3, others.size())));
    return Optional.of(
        others.size() + " other files are left out: " + few + (others.size() > 3 ? ", …" : "."));
  }

  BatchPart part() {
    return part;
  }

  AreaSource areas() {
    return areas;
  }

  /**
   * Returns all that makes the result of a file, as lines of its Info.
   *
   * @param sha256 of the file
   * @throws IllegalArgumentException if the file beside it that selects is missing
   * @throws IOException if that can't be read
   */
  Map<String, ?> origin(BatchFile file, String sha256) throws IOException {
    Map<String, Object> origin = new LinkedHashMap<>();
    origin.put("batchLine", line.text());
    if (line instanceof BatchLine.Macro macro) origin.put("batchMacro", macro.sha256());
    origin.put("batchSeed", seed(file));
    origin.put("inputSha256", sha256);
    origin.put("batchSelection", areas.of(file));
    return origin;
  }

  BatchLine line() {
    return line;
  }

  ResultFormat format() {
    return format;
  }

  /** Returns the file of a result. */
  Path output(BatchFile file) {
    return file.output(output, format.ending());
  }

  /** Returns the folder of the results. */
  Path output() {
    return output;
  }

  boolean overwrites() {
    return asked.overwrite();
  }

  long seed(BatchFile file) {
    return file.seed(asked.seed());
  }

  /** Returns the command of the line; empty for a macro. */
  Optional<InnerRun> command() {
    return command;
  }

  /** Returns the key "batch" of the line; 0 if it does not say. */
  int batch() {
    return options.containsKey("batch") ? Integer.parseInt(options.get("batch").strip()) : 0;
  }

  /** Returns how many files are computed together, at most; 1 for a macro. */
  int filesAtOnce() {
    if (command.isEmpty()) return 1;
    return batch() > 0 ? batch() : USUAL;
  }

  /**
   * Returns the options for a file.
   *
   * @param several whether its image has several areas, in the overlay
   */
  Map<String, String> options(BatchFile file, boolean several) {
    List<String> names = command.orElseThrow().inputs().names();
    Map<String, String> texts = new LinkedHashMap<>(options);
    if (names.contains("seed")) texts.put("seed", String.valueOf(seed(file)));
    if (several) requireRois(names);
    if (several) texts.putIfAbsent("rois", "overlay");
    return texts;
  }

  private static void requireRois(List<String> names) {
    if (names.contains("rois")) return;
    throw new IllegalArgumentException(
        "The image has several areas, but the command works on one selection. Image to Image takes"
            + " several.");
  }
}
