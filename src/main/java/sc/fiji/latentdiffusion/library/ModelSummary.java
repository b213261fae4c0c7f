package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * What the headers of a model's files say of it, for lists of models.
 *
 * @param name by which requests name it; empty for the model in the jar
 * @param path of the folder or file
 * @param family its label; empty if the model can't be used
 * @param size width and height of the pictures it was made for, in pixels; 0 if unknown
 * @param precision of its numbers, the most frequent first, for example {@code float16, float32}
 * @param bytes of all its weight files
 * @param weightFiles that its checksum is of
 * @param problem why it can't be used; empty if it can
 */
public record ModelSummary(
    String name,
    Path path,
    String family,
    int size,
    String precision,
    long bytes,
    List<Path> weightFiles,
    String problem) {

  private static final List<String> NETWORKS =
      List.of("text_encoder", "text_encoder_2", "unet", "vae");

  private static final Map<DType, String> PRECISIONS =
      Map.of(
          DType.F64,
          "float64",
          DType.F32,
          "float32",
          DType.F16,
          "float16",
          DType.BF16,
          "bfloat16",
          DType.F8_E4M3,
          "float8",
          DType.F8_E5M2,
          "float8");

  /** Types with less than this part of the bytes are not told. */
  private static final double NEGLIGIBLE = 0.001;

  /** The model in the jar. */
  static ModelSummary builtIn() {
    try {
      return of("", Model.find("", null));
    } catch (IOException | RuntimeException e) {
      return broken("", Path.of(""), e);
    }
  }

  /**
   * Reads the headers of a model's files.
   *
   * @param name by which requests name it
   * @param path of the folder or file
   * @return what they say; a model that can't be used says why
   */
  public static ModelSummary of(String name, Path path) {
    try {
      return of(name, Model.open(path));
    } catch (IOException | RuntimeException e) { // whatever is wrong with one, others are listed
      return broken(name, path, e);
    }
  }

  private static ModelSummary of(String name, Model model) throws IOException {
    String family = LatentDiffusion.family(model);
    Map<DType, Long> types = new EnumMap<>(DType.class);
    for (String component : NETWORKS) {
      if (model.has(component)) count(model.tensors(component), types);
    }
    List<Path> files = model.weightFiles();
    long bytes = 0;
    for (Path file : files) bytes += Files.size(file);
    return new ModelSummary(
        name, model.path(), family, size(model), precision(types), bytes, files, "");
  }

  /** One that can't be used, for the reason that the exception says. */
  static ModelSummary broken(String name, Path path, Exception e) {
    String problem = e.getMessage() == null ? e.toString() : e.getMessage();
    return new ModelSummary(name, path, "", 0, "", 0, List.of(), problem);
  }

  private static void count(Map<String, StoredTensor> tensors, Map<DType, Long> types) {
    tensors.values().forEach(t -> types.merge(t.dtype(), t.byteCount(), Long::sum));
  }

  private static String precision(Map<DType, Long> types) {
    types.keySet().retainAll(PRECISIONS.keySet()); // others count tokens, not weights
    double all = types.values().stream().mapToLong(Long::longValue).sum();
    return types.entrySet().stream()
        .filter(type -> type.getValue() > NEGLIGIBLE * all)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(type -> PRECISIONS.get(type.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** The U-Net's {@code sample_size}, twice as large for each level of the VAE after the first. */
  private static int size(Model model) throws IOException {
    List<Integer> latents = model.config("unet").integers("sample_size");
    long levels =
        model.tensors("vae").keySet().stream()
            .filter(tensor -> tensor.startsWith("decoder.up_blocks."))
            .map(tensor -> tensor.split("\\.")[2])
            .distinct()
            .count();
    return (latents.isEmpty() ? 64 : latents.get(0)) << Math.max(0, levels - 1);
  }

  /** Whether it can be used, as far as the headers of its files say. */
  public boolean isUsable() {
    return problem.isEmpty();
  }

  /**
   * The SHA-256 over the contents of its weight files, if it was computed before.
   *
   * @throws IOException if a file is gone
   */
  public Optional<String> knownSha256() throws IOException {
    return weightFiles.isEmpty() ? Optional.empty() : Checksum.known(weightFiles);
  }

  /** What lists of models to choose from show, for example {@code built-in (128 × 128)}. */
  public String label() {
    String shown = name.isEmpty() ? Model.BUILT_IN : name;
    if (!isUsable()) return shown + " (can't be used)";
    String pixels = size + " × " + size;
    return name.isEmpty()
        ? shown + " (" + pixels + ")"
        : shown + " (" + pixels + ", " + family + ")";
  }

  /** What to know of it before a run: family, the size that width and height 0 mean, bytes. */
  public String description() {
    if (!isUsable()) return problem;
    String pixels = size + " × " + size + " pixels by default";
    return String.join(", ", family, pixels, precision, text(bytes));
  }

  /** A number of bytes as people read it: {@code 2.1 GB}, in powers of ten. */
  public static String text(long bytes) {
    if (bytes < 1000) return bytes + " bytes";
    double value = bytes;
    String[] units = {"bytes", "kB", "MB", "GB", "TB"};
    int unit = 0;
    for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
