/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.probes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * Numbers that another software gave for a model, in {@code goldens.safetensors} in the model's
 * folder or {@code NAME.goldens.safetensors} beside a single file. Its metadata have {@code
 * format=latent-diffusion-goldens-1} and the settings of a run: {@code prompt}, {@code negative},
 * {@code steps}, {@code guidance}, {@code scheduler}, {@code seed}, {@code width}, {@code height}.
 * All tensors are of float32, and none is needed:
 *
 * <ul>
 *   <li>{@code prompt_embeds} {@code [1, tokens, d]}: the encoded prompt;
 *   <li>{@code output}: that of the U-Net for {@code sample}, {@code timestep} {@code [1]} and
 *       {@code prompt_embeds}, and, of Stable Diffusion XL, {@code text_embeds} and {@code
 *       time_ids};
 *   <li>{@code encoded}: the latents of {@code image} {@code [1, 3, H, W]}, −1…1, the posterior's
 *       mean, scaled;
 *   <li>{@code latents}: those of the run;
 *   <li>{@code decoded} {@code [1, 3, H, W]}: the picture of {@code latents}, −1…1.
 * </ul>
 */
public final class Goldens {

  /** The tensors that are compared. */
  private static final List<String> COMPARED =
      List.of("prompt_embeds", "output", "encoded", "latents", "decoded");

  /** The tensors that networks are given. */
  private static final List<String> GIVEN =
      List.of("sample", "timestep", "text_embeds", "time_ids", "image");

  private static final String SCHEDULER = "scheduler";

  private final GoldenFile file;

  private Goldens(GoldenFile file) {
    this.file = file;
  }

  /**
   * Reads the numbers that belong to a model.
   *
   * @return empty if there are none
   * @throws IOException if their file is damaged, or of another format
   */
  public static Optional<Goldens> of(Model model) throws IOException {
    return GoldenFile.of(model).map(Goldens::new);
  }

  /** Returns the names of the tensors that are compared, and of those that nobody knows. */
  public List<String> names() {
    List<String> names = new ArrayList<>(COMPARED);
    names.retainAll(file.names());
    file.names().stream()
        .filter(name -> !COMPARED.contains(name) && !GIVEN.contains(name))
        .forEach(names::add);
    return names;
  }

  /**
   * Compares a tensor with what a model computes.
   *
   * @param name of {@link #names}
   * @return the largest absolute difference, over the tensor's largest absolute value
   * @throws IllegalArgumentException if the file lacks what is needed for it
   * @throws IllegalStateException if the tensor is unknown, or has another shape than the model's
   */
  public double difference(String name, LatentDiffusion model) throws IOException {
    try (NDManager memory = model.manager().newSubManager()) {
      NDArray found =
          switch (name) {
            case "prompt_embeds" -> encoded(model, memory);
            case "output" -> output(model, memory);
            case "encoded" -> model.encode(file.array("image", memory), memory);
            case "latents" -> latents(model, memory);
            case "decoded" -> model.decode(file.array("latents", memory), memory);
            default ->
                throw new IllegalStateException(
                    "no tensor is called so; known are "
                        + String.join(", ", COMPARED)
                        + ", "
                        + String.join(", ", GIVEN));
          };
      return difference(name, found);
    }
  }

  private double difference(String name, NDArray found) throws IOException {
    long[] shape = found.getShape().getShape();
    if (!Arrays.equals(file.shape(name), shape)) {
      throw new IllegalStateException(
          "expected the shape "
              + Arrays.toString(shape)
              + ", found "
              + Arrays.toString(file.shape(name)));
    }
    float[] golden = file.numbers(name);
    float[] computed = found.toType(DataType.FLOAT32, false).toFloatArray();
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < golden.length; i++) {
      largest = Math.max(largest, Math.abs(golden[i]));
      difference = Math.max(difference, Math.abs((double) golden[i] - computed[i]));
    }
    return difference == 0 ? 0 : difference / largest;
  }

  private Request request() {
    return Request.defaults()
        .withSize((int) file.number("width"), (int) file.number("height"))
        .withSteps((int) file.number("steps"))
        .withGuidance(file.number("guidance"))
        .withScheduler(file.setting(SCHEDULER))
        .withSeed((long) file.number("seed"))
        .withPrompt(file.setting("prompt"), file.setting("negative"));
  }

  private NDArray encoded(LatentDiffusion model, NDManager memory) {
    int size = model.nativeSize();
    Prompts prompt = Prompts.of(Request.defaults().prompting().of(file.setting("prompt")));
    return model.conditioner().encode(prompt, size, size, memory).states();
  }

  private NDArray latents(LatentDiffusion model, NDManager memory) {
    try (Run run = model.textToImage(request())) {
      run.forEach(evaluated -> {});
      return memory.create(run.latents().toFloatArray(), run.latents().getShape());
    }
  }

  private NDArray output(LatentDiffusion model, NDManager memory) throws IOException {
    NDArray states = file.array("prompt_embeds", memory);
    NDArray text = file.has("text_embeds") ? file.array("text_embeds", memory) : null;
    float[][] ids = file.has("time_ids") ? new float[][] {file.numbers("time_ids")} : null;
    Conditioning conditioning = model.conditioner().joined(states, text, ids, memory);
    Shape shape = new Shape(file.array("sample", memory).getShape().getShape());
    PromptedDenoiser denoiser =
        new PromptedDenoiser(model, Request.defaults(), conditioning, shape, memory);
    float[] output = denoiser.output(file.numbers("sample"), at(model.noiseSchedule()));
    return memory.create(output, shape);
  }

  /** The network is told the timestep alone. */
  private Evaluation at(NoiseSchedule schedule) throws IOException {
    double timestep = file.numbers("timestep")[0];
    NoiseLevel level = schedule.level(0);
    return Evaluation.of(0, 0, timestep, level, schedule, schedule.noise(level));
  }
}
