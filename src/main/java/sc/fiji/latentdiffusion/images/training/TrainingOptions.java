/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelNames;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.training.Recipe;
import sc.fiji.latentdiffusion.training.TrainingFiles;
import sc.fiji.latentdiffusion.training.TrainingState;

/**
 * The user's options of a training.
 *
 * @param model empty for the built-in model, else a name or path
 * @param vae another autoencoder, as model names one; empty for the model's own
 * @param encoders other text encoders, with commas between them; empty for the model's own
 * @param recipe with 0 for a size, batch and rate that follow from the model
 * @param every so many steps it is saved, sampled and tested; 0: at the end
 * @param captions {@code prompt} for all slices, or {@code labels}: each slice's own
 * @param precision auto, float32 or bfloat16
 * @param device auto, cpu or gpu
 * @param overwrite whether a LoRA of this name may be replaced
 * @param resume name of a LoRA that is continued; empty for none
 * @param name of the LoRA
 * @param prompt the caption
 */
public record TrainingOptions(
    String model,
    String vae,
    String encoders,
    Recipe recipe,
    int every,
    String captions,
    String precision,
    String device,
    boolean overwrite,
    String resume,
    String name,
    String prompt) {

  /** The key of the add-ons that a training makes. */
  static final String LORA = "lora";

  /** Crops of up to so many pixels are small enough for a batch. */
  private static final int SMALL = 128;

  private static final int BATCH = 8;
  private static final double RATE = 1e-4;
  private static final double RATE_OF_BUILT_IN = 1e-3;
  private static final String LABELS = "labels";

  /**
   * Checks what can be checked without an image.
   *
   * @throws IllegalArgumentException if something is wrong, beginning with its key
   */
  public TrainingOptions {
    new TrainingFiles(Path.of(""), name);
    if (!resume.isBlank()) new TrainingFiles(Path.of(""), resume);
    if (precision.equals("float16")) {
      throw new IllegalArgumentException(
          "precision must be auto, float32 or bfloat16: in float16 gradients become 0 or"
              + " infinite.");
    }
  }

  /**
   * Opens the model.
   *
   * @throws IOException if it can't be found or read
   */
  public Model found(Path modelsFolder) throws IOException {
    return Model.find(new ModelNames(model, vae, encoders), modelsFolder);
  }

  /** Returns whether each slice's label is its caption. */
  public boolean hasLabels() {
    return captions.equals(LABELS);
  }

  /** Returns whether an earlier training goes on. */
  public boolean continues() {
    return !resume.isBlank();
  }

  /**
   * Returns a name that no LoRA has.
   *
   * @param wanted is taken if it is free; else a number stands behind it
   */
  public static String freeName(String wanted, Path modelsFolder) {
    String free = wanted;
    for (int i = 2; Files.exists(new TrainingFiles(folder(modelsFolder), free).lora()); i++) {
      free = wanted + "-" + i;
    }
    return free;
  }

  /** Returns the precision in which the networks compute. */
  public String used() {
    return precision.equals("auto") ? "float32" : precision;
  }

  /** Returns the files of the result. */
  public TrainingFiles files(Path modelsFolder) {
    return new TrainingFiles(folder(modelsFolder), name);
  }

  /** Returns the files of the training that goes on. */
  public TrainingFiles continued(Path modelsFolder) {
    return new TrainingFiles(folder(modelsFolder), resume);
  }

  private static Path folder(Path modelsFolder) {
    return AddOns.kinds().stream()
        .filter(kind -> kind.key().equals(LORA))
        .map(kind -> modelsFolder.resolve(kind.folder()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Proves that the result may have its name.
   *
   * @throws IllegalArgumentException if there is a LoRA of this name that may not be replaced
   */
  public void requireFree(Path modelsFolder) {
    files(modelsFolder).requireFree(replaces());
  }

  /** Returns whether the result takes the place of what it continues, or of any. */
  public boolean replaces() {
    return overwrite || continues() && resume.strip().equals(name.strip());
  }

  /**
   * Returns the options with a size, batch, rate and seed that suit the model.
   *
   * @throws IOException if the model can't be found or read
   * @throws IllegalArgumentException if the size is not one of its pictures
   */
  public TrainingOptions resolved(Path modelsFolder) throws IOException {
    Model files = found(modelsFolder);
    Declaration declaration = Families.declare(files);
    declaration.requireDenoiser(model);
    int factor = declaration.latents().factor();
    int size = recipe.size() == 0 ? declaration.nativeSize() : recipe.size();
    if (size % factor != 0) {
      throw new IllegalArgumentException(
          "size must be a multiple of " + factor + " with this model, but is " + size + ".");
    }
    int batch = recipe.batch() > 0 ? recipe.batch() : size <= SMALL ? BATCH : 1;
    double automatic = BuiltIn.named(model).isPresent() ? RATE_OF_BUILT_IN : RATE;
    double rate = recipe.rate() > 0 ? recipe.rate() : automatic;
    return with(
        new Recipe(
            recipe.steps(),
            recipe.rank(),
            recipe.all(),
            recipe.words(),
            size,
            recipe.crops(),
            batch,
            rate,
            recipe.warmup(),
            recipe.snr(),
            recipe.augment(),
            seed(modelsFolder)));
  }

  /** A seed that is not given is that of the training that goes on, or drawn. */
  private long seed(Path modelsFolder) throws IOException {
    if (recipe.seed() >= 0) return recipe.seed();
    return continues()
        ? Long.parseLong(TrainingState.read(continued(modelsFolder).state()).deciding("seed"))
        : Request.defaults().withDrawnSeed().seed();
  }

  private TrainingOptions with(Recipe other) {
    return new TrainingOptions(
        model, vae, encoders, other, every, captions, precision, device, overwrite, resume, name,
        prompt);
  }

  /** Returns all that decides the numbers of a training beside its number of steps. */
  public Map<String, String> deciding() {
    Map<String, String> deciding = new LinkedHashMap<>();
    deciding.put("rank", Integer.toString(recipe.rank()));
    deciding.put("layers", recipe.all() ? "all" : "attention");
    deciding.put("words", Boolean.toString(recipe.words()));
    deciding.put("size", Integer.toString(recipe.size()));
    deciding.put("batch", Integer.toString(recipe.batch()));
    deciding.put("rate", Double.toString(recipe.rate()));
    deciding.put("warmup", Integer.toString(recipe.warmup()));
    deciding.put("snr", Double.toString(recipe.snr()));
    deciding.put("augment", Boolean.toString(recipe.augment()));
    deciding.put("crops", Integer.toString(recipe.crops()));
    deciding.put("seed", Long.toString(recipe.seed()));
    return deciding;
  }

  /** Returns the values of keys that were found out, by key. */
  public Map<String, Object> found() {
    return Map.of(
        "size", recipe.size(),
        "batch", recipe.batch(),
        "rate", recipe.rate(),
        "seed", recipe.seed());
  }
}
