/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The files of a model, seen as diffusers lays them out: components, each with its settings and
 * tensors under diffusers' names. Read only.
 */
public interface Model {

  /**
   * Opens a model as a user names it.
   *
   * @param model empty or the name of a {@link BuiltIn} model; else the name of a folder or file in
   *     the models folder, with or without a file's ending, or the path of one
   * @param modelsFolder where named models lie; need not exist
   * @return the model
   * @throws IOException if none is found, naming the places that were searched and their contents,
   *     or if it is not a whole model
   */
  static Model find(String model, Path modelsFolder) throws IOException {
    String wanted = model == null ? "" : model.trim();
    Optional<BuiltIn> builtIn = BuiltIn.named(wanted);
    if (builtIn.isEmpty()) return open(ModelSearch.find(wanted, modelsFolder));
    return ModelFolder.open(builtIn.get(), ModelSearch.hidden(wanted, modelsFolder));
  }

  /**
   * Opens a model with another autoencoder or other text encoders, as a user names them.
   *
   * @param names of the model, which need not have the parts of its own that are named apart
   * @param modelsFolder as above
   * @return the model
   * @throws IOException if one is not found or not right, or they do not belong together
   */
  static Model find(ModelNames names, Path modelsFolder) throws IOException {
    Set<Role> elsewhere = EnumSet.noneOf(Role.class);
    if (!names.vae().isEmpty()) elsewhere.add(Role.AUTOENCODER);
    if (!names.encoderNames().isEmpty()) elsewhere.add(Role.TEXT_ENCODER);
    Model model = find(names.model(), elsewhere, modelsFolder);
    if (elsewhere.contains(Role.TEXT_ENCODER)) {
      model = ModelWithEncoders.of(model, names.encoderNames(), modelsFolder);
    }
    return elsewhere.contains(Role.AUTOENCODER)
        ? ModelWithAutoencoder.of(model, names.vae(), modelsFolder)
        : model;
  }

  private static Model find(String model, Set<Role> elsewhere, Path modelsFolder)
      throws IOException {
    boolean isBuiltIn = BuiltIn.named(model).isPresent();
    return isBuiltIn || elsewhere.isEmpty()
        ? find(model, modelsFolder)
        : openWithout(ModelSearch.find(model, modelsFolder), elsewhere);
  }

  /**
   * Opens a model.
   *
   * @param path a folder in diffusers' layout, or a single file with original names
   * @return the model
   * @throws IOException if it is missing, not a model or not a whole one, each with its own message
   */
  static Model open(Path path) throws IOException {
    return Files.isRegularFile(path) ? SingleFile.open(path) : ModelFolder.open(path);
  }

  /** As {@link #open}, but components of some roles, which come from elsewhere, may be missing. */
  private static Model openWithout(Path path, Set<Role> elsewhere) throws IOException {
    return Files.isRegularFile(path)
        ? SingleFile.openWithout(path, elsewhere)
        : ModelFolder.openWithout(path, elsewhere);
  }

  /** Returns the name of the folder or file, or the label of a built-in model. */
  String name();

  /** Returns which built-in model it is, if it is one. */
  default Optional<BuiltIn> builtIn() {
    return Optional.empty();
  }

  /** Returns the folder or file, absolute; a built-in model's lies in the jar's file system. */
  Path path();

  /** Returns the settings of the model as a whole, as diffusers' {@code model_index.json}. */
  Config index();

  /** Returns the names of all components that the model says it has, used here or not. */
  Set<String> named();

  /** Returns whether the model has this component, and models of its kind use it. */
  boolean has(String component);

  /**
   * Reads the settings of a component, as diffusers' {@code config.json}, {@code
   * scheduler_config.json} or {@code tokenizer_config.json} has them.
   *
   * @throws IOException if there are none, or they are not a JSON object
   */
  Config config(String component) throws IOException;

  /**
   * Finds the tensors of a component.
   *
   * @return the tensors by diffusers' names, not to be changed; their bytes are not read yet
   * @throws IOException if weights are missing or a file is not right
   */
  Map<String, StoredTensor> tensors(String component) throws IOException;

  /**
   * Returns the folder with the files of a component, such as a tokenizer's vocabulary; empty where
   * the model has none and the family's own are meant.
   */
  Optional<Path> folder(String component);

  /**
   * Returns how many bytes the tensors of a component take in its files.
   *
   * @throws IOException as {@link #tensors}
   */
  default long bytes(String component) throws IOException {
    return tensors(component).values().stream().mapToLong(StoredTensor::byteCount).sum();
  }

  /**
   * Returns all weight files that are read, in the order of their paths.
   *
   * @throws IOException if one is missing
   */
  List<Path> weightFiles() throws IOException;

  /**
   * Returns the SHA-256 over the contents of all weight files, in their order, as 64 hexadecimal
   * digits. Reads them once; later calls are answered from memory as long as sizes and times stay.
   *
   * @throws IOException if a file is missing or cannot be read
   */
  default String sha256() throws IOException {
    return Checksum.sha256(weightFiles());
  }

  /** Returns the stamp of its files as they were when it was opened. */
  ModelStamp stamp();

  /**
   * Checks that its files are those that were opened.
   *
   * @throws IOException if one was changed or replaced since
   */
  default void requireUnchanged() throws IOException {
    if (ModelStamp.of(path()).equals(stamp())) return;
    throw new IOException(
        "Files of the model "
            + path()
            + " were replaced while it was in use; run the command again to use the new ones");
  }

  /**
   * Returns the words that the model was trained with, if its settings list them.
   *
   * @throws IOException if the list is not as it should be; the message names it
   */
  default Optional<KnownWords> words() throws IOException {
    return Optional.empty();
  }

  /** Returns notes for the user on how the model was recognised; mostly none. */
  List<String> notes();
}
