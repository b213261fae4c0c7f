/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.files.FileStamp;
import sc.fiji.latentdiffusion.io.kinds.TensorKind;
import sc.fiji.latentdiffusion.io.model.ModelSearch;

/**
 * A file with a textual inversion: vectors that a word stands for, of one text encoder or of the
 * two of Stable Diffusion XL. Three forms are read: diffusers', a tensor named by the word; that of
 * AUTOMATIC1111's web UI, {@code string_to_param} or {@code emb_params}; {@code clip_l} with {@code
 * clip_g}, or {@code text_encoders_0} with {@code text_encoders_1} (diffusers' advanced training).
 */
public final class EmbeddingFile {

  /** The names for the first and the second text encoder in a file that has both. */
  private static final List<List<String>> BOTH =
      List.of(List.of("clip_l", "clip_g"), List.of("text_encoders_0", "text_encoders_1"));

  private static final Set<String> NO_WORDS = Set.of("*", "emb_params", "text_encoders_0");

  private final Path path;
  private final List<StoredTensor> vectors;
  private final Set<String> words;
  private final FileStamp stamp;

  private EmbeddingFile(Path path, List<StoredTensor> vectors, Set<String> words)
      throws IOException {
    this.path = path;
    stamp = FileStamp.of(path);
    this.vectors = vectors;
    this.words = words;
  }

  /**
   * Opens a textual inversion as a user names it.
   *
   * @param name of a file in the models folder's folder {@code embeddings}, with or without an
   *     ending, or the path of one; or of a folder that holds {@code learned_embeds.safetensors}
   * @param modelsFolder whose folder {@code embeddings} is searched; need not exist
   * @throws IOException if there is none, with the places searched and the names found, or if the
   *     file is of another kind
   */
  public static EmbeddingFile find(String name, Path modelsFolder) throws IOException {
    Path found = TextualInversionAddOn.KIND.find(name, modelsFolder);
    if (!Files.isDirectory(found)) return open(found).named();
    EmbeddingFile file = open(TextualInversionAddOn.KIND.onlyFile(found));
    file.words.add(ModelSearch.name(found));
    return file.named();
  }

  /**
   * Opens a file.
   *
   * @param file in any format that tensors are stored in
   * @throws IOException if it is missing, not right or no textual inversion
   */
  public static EmbeddingFile open(Path file) throws IOException {
    Path path = file.toAbsolutePath().normalize();
    TensorFile content = TensorFile.read(path);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(content.tensors());
    Set<String> words = new LinkedHashSet<>();
    if (!TextualInversionAddOn.KIND.inFolders().contains(ModelSearch.name(path))) {
      String stem = TextualInversionAddOn.KIND.stem(path);
      if (!stem.isBlank()) words.add(stem);
    }
    for (List<String> both : BOTH) {
      if (!tensors.keySet().containsAll(both)) continue;
      return new EmbeddingFile(path, both.stream().map(tensors::get).toList(), words).checked();
    }
    if (tensors.size() != 1) throw none(path, tensors);
    String own = tensors.keySet().iterator().next();
    String word = NO_WORDS.contains(own) ? content.metadata().get("name") : own;
    if (word != null && !word.isBlank()) words.add(word);
    return new EmbeddingFile(path, List.copyOf(tensors.values()), words).checked();
  }

  private EmbeddingFile checked() throws IOException {
    for (StoredTensor tensor : vectors) {
      long[] shape = tensor.shape();
      if (shape.length < 1 || shape.length > 2 || Arrays.stream(shape).anyMatch(n -> n < 1)) {
        throw new IOException(
            path
                + ", tensor \""
                + tensor.name()
                + "\": expected vectors of a textual inversion, [count, width], found the shape "
                + Arrays.toString(shape)
                + "; choose another file");
      }
    }
    return this;
  }

  private static IOException none(Path path, Map<String, StoredTensor> tensors) {
    Optional<TensorKind> kind = TensorKind.of(tensors.keySet());
    if (kind.isPresent() && !kind.get().equals(TensorKind.EMBEDDING)) {
      return new IOException(path + " " + kind.get().insteadOf("a textual inversion"));
    }
    return new IOException(
        path
            + " is no textual inversion: expected one tensor (named by its word, emb_params, or in"
            + " string_to_param), or clip_l and clip_g, found "
            + tensors.size()
            + ": "
            + String.join(", ", tensors.keySet().stream().limit(3).toList())
            + (tensors.size() > 3 ? ", …" : "")
            + "; choose another file");
  }

  /** Returns the file, absolute. */
  public Path path() {
    return path;
  }

  /** Returns the file's name; of one in a folder of its own, {@code folder/file}. */
  public String name() {
    return TextualInversionAddOn.KIND.nameOf(path);
  }

  /** Returns the words by which a prompt may name it: the file's name, and the word it has. */
  public List<String> words() {
    return List.copyOf(words);
  }

  /** Returns the stamp of the file when it was opened. */
  FileStamp stamp() {
    return stamp;
  }

  private EmbeddingFile named() throws IOException {
    if (!words.isEmpty()) return this;
    throw new IOException(
        path
            + " has no name by which a prompt could name it: expected a word in the file or a name"
            + " before the file's ending; rename the file");
  }

  /**
   * Returns its vectors, {@code [count, width]} or {@code [width]}: those of one text encoder, or
   * of the first and the second.
   */
  public List<StoredTensor> vectors() {
    return vectors;
  }

  /**
   * Returns the SHA-256 of the file's contents as 64 hexadecimal digits.
   *
   * @throws IOException if it cannot be read
   */
  public String sha256() throws IOException {
    return Checksum.sha256(List.of(path));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
