package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The files of a model, seen as diffusers lays them out: components such as unet, vae,
 * text_encoder, tokenizer, scheduler, each with its settings and tensors under diffusers' names.
 * Read only.
 */
public interface Model {

  /**
   * Opens a model as a user names it.
   *
   * @param model empty or {@code "built-in"} for the one in the jar; else the name of a folder or
   *     file in the models folder, with or without a file's ending, or the path of one
   * @param modelsFolder where named models lie; need not exist
   * @return the model
   * @throws IOException if there is none, telling where it was looked for and what there is, or if
   *     it is not a whole model
   */
  static Model find(String model, Path modelsFolder) throws IOException {
    String wanted = model == null ? "" : model.trim();
    if (wanted.isEmpty() || wanted.equals(ModelFolder.BUILT_IN)) return ModelFolder.inJar();
    return open(ModelSearch.find(wanted, modelsFolder));
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

  /** Returns the name of the folder or file, or {@code "built-in"}. */
  String name();

  /** Returns the folder or file, absolute; of the model in the jar in the jar's file system. */
  Path path();

  /** Returns what diffusers' {@code model_index.json} says of the model as a whole. */
  Config index();

  /** Returns whether the model has this component. */
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

  /** Returns what the user should know of how the model was recognised; empty if it is plain. */
  List<String> notes();
}
