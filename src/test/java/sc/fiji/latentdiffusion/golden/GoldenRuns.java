/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNets;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/**
 * Runs of diffusers' pipelines, which a JSON file describes and a tensor file holds, and the same
 * runs here. Latents agree to 1e-3, pictures of 8 bits to one.
 */
final class GoldenRuns {

  /** The prompts of {@link #guided}. */
  static final String PROMPT = "a photo of many bright green nuclei";

  static final String NEGATIVE = "blurry, low contrast";

  private static final double RUN = 1e-3;

  private GoldenRuns() {}

  /** Reads the descriptions in a file of a model's folder {@code golden}. */
  static List<JsonObject> rows(Path folder, String file) throws IOException {
    List<JsonObject> rows = new ArrayList<>();
    String text = Files.readString(folder.resolve("golden/" + file));
    JsonParser.parseString(text).getAsJsonArray().forEach(row -> rows.add(row.getAsJsonObject()));
    return rows;
  }

  /** Loads a model as these goldens are computed, in float32. */
  static LatentDiffusion load(Path path) throws IOException {
    return ModelLoader.load(Model.open(path), "float32", Golden.DEVICE);
  }

  /**
   * Loads the ControlNet of the tiny models for an image, with a weight of 0.8.
   *
   * @param image {@code [1, 3, h, w]}; nothing is loaded without one
   * @param manager owns the add-on
   */
  static LoadedAddOns steered(LatentDiffusion model, Optional<NDArray> image, NDManager manager)
      throws IOException {
    if (image.isEmpty()) return LoadedAddOns.NONE;
    List<Entry> entries = List.of(new Entry("edges", 0.8, 0, 1, "image"));
    List<ControlNetFile> files =
        List.of(ControlNetFile.open(Golden.root().resolve("control/edges")));
    GoldenImages images = new GoldenImages(Map.of("image", image.get()));
    return model.load(new ControlNets(entries, files), images, manager);
  }

  /** Returns the request of the goldens of several predictions at once: tiles and regions. */
  static Request guided(String scheduler) {
    return Request.defaults()
        .withSteps(4)
        .withStrength(1)
        .withGuidance(3)
        .withScheduler(scheduler)
        .withSeed(11)
        .withPrompt(PROMPT, NEGATIVE);
  }

  /** Returns a description's request. */
  static Request request(JsonObject row) {
    return Request.defaults()
        .withSize(row.get("width").getAsInt(), row.get("height").getAsInt())
        .withSteps(row.get("steps").getAsInt())
        .withStrength(row.get("strength").getAsDouble())
        .withGuidance(row.get("guidance").getAsDouble())
        .withScheduler(row.get("scheduler").getAsString())
        .withSeed(row.get("seed").getAsLong())
        .withPrompt(row.get("prompt").getAsString(), row.get("negative").getAsString());
  }

  /** Returns the upper left part of the picture, in the request's size. */
  static NDArray picture(Request request, Golden vae, NDManager manager) throws IOException {
    String part = ":, :, :" + request.height() + ", :" + request.width();
    return vae.array("picture", manager).get(part);
  }

  /**
   * Runs a description and compares all its goldens: samples after each evaluation, final latents
   * and picture.
   *
   * @param runs the run's goldens, by its name
   * @param vae holds the picture that Image to Image starts from
   */
  static void prove(LatentDiffusion model, JsonObject row, Golden runs, Golden vae)
      throws IOException {
    String name = row.get("name").getAsString();
    Request request = request(row);
    try (NDManager manager = model.manager().newSubManager();
        Run run = begin(model, row, request, vae, manager)) {
      int i = 0;
      for (Evaluated evaluated : run) {
        float[] x = evaluated.next().toFloatArray();
        if (runs.has(name + ".steps")) {
          String step = name + " after step " + i;
          float[] expected = runs.slice(name + ".steps", i);
          runs.assertNear(step, expected, 1, x, onTheWay(expected));
        }
        i++;
      }
      runs.assertNear(name + ".latents", 1, run.latents(), RUN);
      if (runs.has(name + ".picture")) {
        runs.assertWithinOne(name + ".picture", model.decode(run.latents(), manager));
      }
    }
  }

  /**
   * Returns the tolerance of a sample within a run: samples may be as large as sigma, at most 4096.
   */
  private static double onTheWay(float[] x) {
    double largest = 0;
    for (float value : x) {
      largest = Math.max(largest, Math.abs(value));
    }
    return RUN * Math.max(2, largest / 1000);
  }

  private static Run begin(
      LatentDiffusion model, JsonObject row, Request request, Golden vae, NDManager manager)
      throws IOException {
    return row.get("kind").getAsString().equals("txt2img")
        ? model.textToImage(request)
        : model.imageToImage(request, picture(request, vae, manager));
  }
}
