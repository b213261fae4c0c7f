/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.files.FileSize;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.KnownWords;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;

/**
 * A model as lists of models show it, read from the headers of its files.
 *
 * @param name by which requests name it, of a built-in model its key
 * @param path of the folder or file
 * @param family its label; empty if the model can't be used
 * @param kind of the family's models, for example {@code Stable Diffusion 1.x}; empty if the model
 *     can't be used
 * @param size width and height of the pictures it was made for, in pixels; 0 if unknown, and for an
 *     autoencoder alone
 * @param precision of its numbers, the most frequent first, for example {@code float16, float32}
 * @param bytes of all its weight files
 * @param weightFiles whose checksum identifies it
 * @param words that it was trained with, if its settings list them
 * @param problem why it can't be used; empty if it can
 */
public record ModelSummary(
    String name,
    Path path,
    String family,
    String kind,
    int size,
    String precision,
    long bytes,
    List<Path> weightFiles,
    Optional<KnownWords> words,
    String problem) {

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

  /** Types that hold a smaller part of the bytes are not listed. */
  private static final double NEGLIGIBLE = 0.001;

  /** Reads a built-in model. */
  static ModelSummary of(BuiltIn which) {
    try {
      return of(which.key(), Model.find(which.key(), null));
    } catch (IOException | RuntimeException e) {
      return broken(which.key(), Path.of(""), e);
    }
  }

  /**
   * Reads the headers of a model's files.
   *
   * @param name by which requests name it
   * @param path of the folder or file
   * @return the summary; that of a model that can't be used says why
   */
  public static ModelSummary of(String name, Path path) {
    try {
      return of(name, Model.open(path));
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // whatever is wrong with one, others are listed
      return broken(name, path, e);
    }
  }

  private static ModelSummary of(String name, Model model) throws IOException {
    Declaration declaration = Families.declare(model);
    String kind = Families.kind(declaration.conditioningWidth()).orElse(declaration.label());
    Map<DType, Long> types = new EnumMap<>(DType.class);
    for (Component component : declaration.components()) {
      if (component.role().isNetwork()) count(model.tensors(component.name()), types);
    }
    List<Path> files = model.weightFiles();
    long bytes = 0;
    for (Path file : files) bytes += Files.size(file);
    return new ModelSummary(
        name,
        model.path(),
        declaration.label(),
        kind,
        declaration.nativeSize(),
        precision(types),
        bytes,
        files,
        model.words(),
        "");
  }

  /** Returns a model that can't be used, for the reason that the exception gives. */
  static ModelSummary broken(String name, Path path, Throwable e) {
    String problem = e.getMessage() == null ? e.toString() : e.getMessage();
    return new ModelSummary(name, path, "", "", 0, "", 0, List.of(), Optional.empty(), problem);
  }

  private static void count(Map<String, StoredTensor> tensors, Map<DType, Long> types) {
    tensors.values().forEach(t -> types.merge(t.dtype(), t.byteCount(), Long::sum));
  }

  private static String precision(Map<DType, Long> types) {
    types.keySet().removeIf(type -> !isOfWeights(type));
    double all = types.values().stream().mapToLong(Long::longValue).sum();
    return types.entrySet().stream()
        .filter(type -> type.getValue() > NEGLIGIBLE * all)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(type -> PRECISIONS.getOrDefault(type.getKey(), type.getKey().name()))
        .collect(Collectors.joining(", "));
  }

  /** Whether weights have this type; numbers of other types count tokens. */
  private static boolean isOfWeights(DType type) {
    return type.isQuantised() || PRECISIONS.containsKey(type);
  }

  /** Returns whether it can be used, as far as the headers of its files say. */
  public boolean isUsable() {
    return problem.isEmpty();
  }

  /**
   * Returns the SHA-256 over the contents of its weight files, if it was computed before.
   *
   * @throws IOException if a file is gone
   */
  public Optional<String> knownSha256() throws IOException {
    return weightFiles.isEmpty() ? Optional.empty() : Checksum.known(weightFiles);
  }

  /** Returns its name where an empty one would say nothing. */
  public String shown() {
    return BuiltIn.named(name).map(BuiltIn::label).orElse(name);
  }

  /** Returns its entry in a list to choose from, for example {@code x (512 × 512, its family)}. */
  public String label() {
    String shown = shown();
    if (!isUsable()) return shown + " (can't be used)";
    if (size == 0) return shown + " (" + family + ")";
    String pictures = words.map(KnownWords::pictures).orElse(family);
    return shown + " (" + size + " × " + size + ", " + pictures + ")";
  }

  /**
   * Describes it before a run: the pictures and words that it knows, or its kind; the size that
   * width and height 0 mean, bytes.
   */
  public String description() {
    if (!isUsable()) return problem;
    if (size == 0) {
      String use = "An autoencoder alone, for Show Latent, Decode Latent and the key vae";
      return String.join(", ", use, precision, FileSize.text(bytes));
    }
    String pixels = size + " × " + size + " pixels by default";
    if (words.isPresent()) {
      String known = words.get().summary();
      return "Makes "
          + words.get().pictures()
          + ", "
          + pixels
          + ". Knows "
          + known
          + (words.get().isEmpty() ? ": leave the prompt empty." : " (see Help).");
    }
    String made = "Makes pictures of any kind";
    return String.join(", ", made, kind, pixels, precision, FileSize.text(bytes));
  }
}
