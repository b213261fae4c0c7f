/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.ModelSearch;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.models.unet.UNetNames;

/**
 * The quantity that the U-Net of a single file predicts, which no shape shows. These signs are read
 * in this order: {@code parameterization} in the file's original config, a {@code .yaml} of the
 * same name beside it; the metadata key {@code modelspec.prediction_type}; the tensors {@code
 * v_pred} and {@code ztsnr}, with which trainers mark velocity and zero terminal signal-to-noise
 * ratio; the training step at which the two Stable Diffusion 2 models with one were published, as
 * diffusers reads it; and else, for Stable Diffusion 2 alone, how far the biases of the last
 * block's first norm spread, above 0.09 for velocity, as ComfyUI reads it. All other models predict
 * noise.
 */
final class PredictionType {

  private static final String V = "v_prediction";
  private static final String EPSILON = "epsilon";
  private static final String EPSILON_STEP = "875000";
  private static final double SPREAD = 0.09;
  private static final Pattern PARAMETERIZATION =
      Pattern.compile("(?m)^[ \\t]*parameterization:[ \\t]*[\"']?(v|eps)[\"']?[ \\t]*(?:#.*)?$");
  private static final String WITNESS =
      UNetNames.PREFIX + "output_blocks.11.1.transformer_blocks.0.norm1.bias";

  private final String type;
  private final boolean zeroSnr;
  private final boolean guessed;
  private final OriginalLayout layout;

  private PredictionType(String type, boolean zeroSnr, boolean guessed, OriginalLayout layout) {
    this.type = type;
    this.zeroSnr = zeroSnr;
    this.guessed = guessed;
    this.layout = layout;
  }

  /**
   * Reads the signs.
   *
   * @param file where it lies; its original config may lie beside it
   * @throws IOException if the tensor that tells can't be read
   */
  static PredictionType of(OriginalLayout layout, TensorFile content, Path file)
      throws IOException {
    Path yaml = file.resolveSibling(ModelSearch.stem(ModelSearch.name(file)) + ".yaml");
    boolean zeroSnr = content.tensors().containsKey("ztsnr");
    Matcher given = PARAMETERIZATION.matcher(Files.isRegularFile(yaml) ? text(yaml) : "");
    if (given.find()) {
      String type = given.group(1).equals("v") ? V : EPSILON;
      return new PredictionType(type, zeroSnr, false, layout);
    }
    return of(layout, content, zeroSnr);
  }

  private static String text(Path yaml) throws IOException {
    return new String(Files.readAllBytes(yaml), StandardCharsets.ISO_8859_1);
  }

  private static PredictionType of(OriginalLayout layout, TensorFile file, boolean zeroSnr)
      throws IOException {
    Map<String, StoredTensor> tensors = file.tensors();
    String said = file.metadata().getOrDefault("modelspec.prediction_type", "");
    if (said.startsWith("v")) return new PredictionType(V, zeroSnr, false, layout);
    if (said.equals(EPSILON)) return new PredictionType(EPSILON, zeroSnr, false, layout);
    if (tensors.containsKey("v_pred")) return new PredictionType(V, zeroSnr, false, layout);
    if (layout != OriginalLayout.SD2 || isInpainting(tensors)) {
      return new PredictionType(EPSILON, zeroSnr, false, layout);
    }
    String step = file.metadata().get("global_step");
    if (step != null) {
      return new PredictionType(step.equals(EPSILON_STEP) ? EPSILON : V, zeroSnr, false, layout);
    }
    boolean spread = tensors.containsKey(WITNESS) && spread(tensors.get(WITNESS)) > SPREAD;
    return new PredictionType(spread ? V : EPSILON, zeroSnr, true, layout);
  }

  /** The inpainting models of Stable Diffusion 2 predict noise. */
  private static boolean isInpainting(Map<String, StoredTensor> tensors) {
    StoredTensor in = tensors.get(UNetNames.PREFIX + "input_blocks.0.0.weight");
    return in != null && in.shape().length > 1 && in.shape()[1] > 4;
  }

  /** The standard deviation of all elements. */
  private static double spread(StoredTensor tensor) throws IOException {
    ByteBuffer bytes = tensor.bytes();
    int count = (int) tensor.elements();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double x = tensor.dtype().number(bytes, i);
      sum += x;
      squares += x * x;
    }
    return Math.sqrt(Math.max(0, squares / count - (sum / count) * (sum / count)));
  }

  /** Completes the settings of a component. Velocity models of the second version have 768². */
  void applyTo(String component, JsonObject settings) {
    if (component.equals(StableDiffusionFiles.SCHEDULER.name())) {
      settings.addProperty("prediction_type", type);
      if (zeroSnr) settings.addProperty("rescale_betas_zero_snr", true);
    }
    boolean unet = component.equals(StableDiffusionFiles.UNET.name());
    if (unet && layout == OriginalLayout.SD2 && type.equals(V)) {
      settings.addProperty("sample_size", 96);
    }
  }

  /** Returns a note if it was guessed and no settings beside the file decide it. */
  List<String> notes(Path file) {
    Component scheduler = StableDiffusionFiles.SCHEDULER;
    Path folder = SingleFile.beside(file).resolve(scheduler.name());
    String config = scheduler.role().configName();
    if (!guessed || Files.isRegularFile(folder.resolve(config))) return List.of();
    return List.of(
        "Nothing in "
            + file
            + " says what this Stable Diffusion 2 model predicts; by its weights it seems to be "
            + type
            + ". If the picture is noise or brown, put a "
            + config
            + " with the right \"prediction_type\" into the folder "
            + folder
            + ".");
  }
}
