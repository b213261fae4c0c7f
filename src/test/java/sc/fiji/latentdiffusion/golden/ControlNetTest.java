/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetModel;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNets;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.unet.KeyValueCache;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Compares ControlNets in every form of file with diffusers' ControlNet pipelines; {@code
 * src/test/python/control.py} makes the files and the numbers.
 */
class ControlNetTest {

  private static final Path FOLDER = Golden.root().resolve("control");
  private static final double RUN = 1e-3;

  @TempDir Path temp;

  static List<JsonObject> runs() throws IOException {
    String text = Files.readString(FOLDER.resolve("runs.json"));
    Iterable<JsonElement> rows = JsonParser.parseString(text).getAsJsonArray();
    return StreamSupport.stream(rows.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static Golden golden() throws IOException {
    return Golden.read(FOLDER.resolve("golden.safetensors"));
  }

  private static Path model(String name) {
    return Golden.root().resolve(name.equals("xl") ? "xl/base.safetensors" : "models/micro-fp16");
  }

  private static LatentDiffusion load(String name) throws IOException {
    return ModelLoader.load(Model.open(model(name)), "float32", Golden.DEVICE);
  }

  @ParameterizedTest
  @CsvSource({"edges, edges, micro", "edges.pth, edges, micro", "depth.safetensors, depth, micro"})
  void whatIsAddedAgreesWithDiffusers(String file, String name, String model) throws IOException {
    prove(file, name, Model.open(model(model)).config("unet"));
  }

  @Test
  void whatIsAddedToStableDiffusionXLAgreesWithDiffusers() throws IOException {
    prove("xl", "xl", null);
  }

  private static void prove(String file, String name, Config unet) throws IOException {
    Golden golden = golden();
    ControlNetFile files = ControlNetFile.open(FOLDER.resolve(file));
    try (NetworkProofs networks = new NetworkProofs();
        NDManager local = networks.manager().newSubManager()) {
      ControlNetModel net =
          ControlNetModel.of(networks.weights(files.tensors()), files.config().orElse(unet));
      NDArray sample = golden.array(name + ".sample", local);
      NDArray hint = net.hint(golden.array("image.wide", local), local);
      KeyValueCache context = net.context(conditioning(golden, name, local), local);
      Residuals found = net.forward(sample, 501, context, hint, 0.75);
      int down = found.blocks().size() - 1;
      for (int i = 0; i < down; i++) {
        golden.assertNear(
            name + ".down." + i, 1, found.blocks().get(i).mul(0.75), NetworkProofs.STAGE);
      }
      assertEquals(golden.ends(name + ".down.").size(), down);
      golden.assertNear(name + ".mid", 1, found.blocks().get(down).mul(0.75), NetworkProofs.STAGE);
    }
  }

  private static Conditioning conditioning(Golden golden, String name, NDManager local)
      throws IOException {
    NDArray states = golden.array(name + ".states", local);
    if (!golden.has(name + ".embeds")) return new Conditioning(states, null);
    NDArray embeds = golden.array(name + ".embeds", local);
    float[] ids = {16, 24, 0, 0, 16, 24};
    NDArray sines = local.create(sinusoids(ids, 4), new Shape(1, 24)).repeat(0, 2);
    return new Conditioning(states, embeds.concat(sines, 1));
  }

  /** Returns the embedding of numbers, {@code width} values each, cosines first. */
  private static float[] sinusoids(float[] ids, int width) {
    float[] all = new float[ids.length * width];
    for (int i = 0; i < ids.length; i++) {
      for (int k = 0; k < width / 2; k++) {
        double angle = ids[i] * Math.exp(-Math.log(10000) * k / (width / 2));
        all[i * width + k] = (float) Math.cos(angle);
        all[i * width + width / 2 + k] = (float) Math.sin(angle);
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void wholeRunsAgreeWithDiffusers(JsonObject row) throws IOException {
    String name = row.get("name").getAsString();
    Golden golden = golden();
    String kind = row.get("model").getAsString();
    try (LatentDiffusion model = load(kind);
        NDManager manager = model.manager().newSubManager()) {
      LoadedAddOns added = additions(model, row, golden, manager);
      Request request = GoldenRuns.request(row);
      boolean words = row.get("kind").getAsString().equals("txt2img");
      NDArray picture = golden.array("picture." + kind, manager);
      Start start =
          words ? new Start.FromNoise() : new Start.FromPicture(picture, Optional.empty());
      try (Run run = model.run(request, start, added)) {
        golden.assertNear(name + ".latents", 1, finished(run), RUN);
      }
    }
  }

  private static NDArray finished(Run run) {
    run.forEach(evaluated -> {});
    return run.latents();
  }

  private static LoadedAddOns additions(
      LatentDiffusion model, JsonObject row, Golden golden, NDManager manager) throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<ControlNetFile> files = new ArrayList<>();
    Map<String, NDArray> images = new HashMap<>();
    for (JsonElement element : row.getAsJsonArray("controls")) {
      JsonArray control = element.getAsJsonArray();
      Entry entry =
          new Entry(
              control.get(0).getAsString(),
              control.get(1).getAsDouble(),
              control.get(2).getAsDouble(),
              control.get(3).getAsDouble(),
              control.get(4).getAsString());
      entries.add(entry);
      images.put(entry.image(), golden.array("image." + entry.image(), manager));
      files.add(ControlNetFile.open(FOLDER.resolve(entry.name())));
    }
    return model.load(new ControlNets(entries, files), new GoldenImages(images), manager);
  }

  /** The ControlNet of a U-Net of nine channels gets the latents only, without mask and picture. */
  @Test
  void inpaintingUnderControlAgreesWithDiffusers() throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("inpainted.safetensors"));
    ModelCopies.into(temp, model("micro"), Golden.root().resolve("inpaint"));
    Request request = GoldenRuns.request(runs().get(0)).withSteps(4).withStrength(0.5).withSeed(7);
    try (LatentDiffusion model = ModelLoader.load(Model.open(temp), "float32", Golden.DEVICE);
        NDManager manager = model.manager().newSubManager()) {
      LoadedAddOns added = additions(model, runs().get(0), golden(), manager);
      NDArray picture = golden.array("picture", manager);
      Optional<NDArray> mask = Optional.of(golden.array("mask", manager));
      try (Run run = model.run(request, new Start.FromPicture(picture, mask), added)) {
        golden.assertNear("latents", 1, finished(run), RUN);
      }
    }
  }

  /** Start and end of the control count from the beginning of the whole run. */
  @Test
  void stoppedAndResumedRunsAreTheUninterruptedOneToTheBit() throws IOException {
    JsonObject row = runs().get(2);
    assertEquals("euler_k", row.get("scheduler").getAsString());
    try (LatentDiffusion model = load("micro");
        NDManager manager = model.manager().newSubManager()) {
      LoadedAddOns added = additions(model, row, golden(), manager);
      Request request = GoldenRuns.request(row);
      try (Run whole = model.run(request, new Start.FromNoise(), added);
          Run begun = model.run(request, new Start.FromNoise(), added)) {
        Iterator<Evaluated> steps = begun.iterator();
        steps.next();
        steps.next();
        StepRange range = new StepRange(2, -1, false);
        Start middle = new Start.FromLatents(begun.latents(), range, Optional.empty());
        try (Run rest = model.run(request, middle, added)) {
          assertArrayEquals(finished(whole).toFloatArray(), finished(rest).toFloatArray());
        }
      }
    }
  }

  @Test
  void weightZeroIsTheModelItselfToTheBit() throws IOException {
    JsonObject row = runs().get(0);
    row.getAsJsonArray("controls").get(0).getAsJsonArray().set(1, JsonParser.parseString("0"));
    try (LatentDiffusion model = load("micro");
        NDManager manager = model.manager().newSubManager();
        Run plain = model.textToImage(GoldenRuns.request(row));
        Run none =
            model.run(
                GoldenRuns.request(row),
                new Start.FromNoise(),
                additions(model, row, golden(), manager))) {
      assertArrayEquals(finished(plain).toFloatArray(), finished(none).toFloatArray());
    }
  }

  @ParameterizedTest
  @CsvSource({"xl, micro, 16", "edges, xl, 24"})
  void aControlNetForAnotherFamilyIsRefused(String net, String model, String width)
      throws IOException {
    try (LatentDiffusion loaded = load(model);
        NDManager manager = loaded.manager().newSubManager()) {
      List<ControlNetFile> files = List.of(ControlNetFile.open(FOLDER.resolve(net)));
      ControlNets nets = new ControlNets(List.of(new Entry(net)), files);
      String message =
          assertThrows(IOException.class, () -> loaded.load(nets, GoldenImages.NONE, manager))
              .getMessage();
      assertTrue(message.contains("is for another family"), message);
      assertTrue(message.contains("has " + width + " numbers of conditioning"), message);
    }
  }
}
