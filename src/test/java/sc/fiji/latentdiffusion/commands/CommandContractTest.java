/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.annotations.Index;
import org.scijava.annotations.IndexItem;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.engine.DeviceName;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.images.Answers;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Sampling;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/** Labels, keys, their order and defaults: what recorded macros depend on. */
class CommandContractTest {

  private static final Map<Class<? extends DiffusionCommand>, String> LABELS =
      new LinkedHashMap<>();
  private static final Map<Class<? extends DiffusionCommand>, String> KEYS = new LinkedHashMap<>();

  static {
    LABELS.put(TextToImage.class, "Text to Image...");
    LABELS.put(ImageToImage.class, "Image to Image...");
    LABELS.put(Sweep.class, "Sweep...");
    LABELS.put(Batch.class, "Batch...");
    LABELS.put(TrainLora.class, "Train LoRA...");
    LABELS.put(ShowLatent.class, "Show Latent...");
    LABELS.put(DecodeLatent.class, "Decode Latent...");
    LABELS.put(DenoiseLatent.class, "Denoise Latent...");
    LABELS.put(Invert.class, "Invert...");
    LABELS.put(BlendLatents.class, "Blend Latents...");
    LABELS.put(ProbeNoise.class, "Probe Noise...");
    LABELS.put(ShowSchedule.class, "Show Schedule...");
    LABELS.put(ShowTokens.class, "Show Tokens...");
    LABELS.put(ReadSettings.class, "Read Settings...");
    LABELS.put(SavePicture.class, "Save Picture...");
    LABELS.put(ModelInfo.class, "Model Info...");
    LABELS.put(CheckModel.class, "Check Model...");
    LABELS.put(Models.class, "Models...");
    LABELS.put(GetModel.class, "Get Model...");
    KEYS.put(
        TextToImage.class,
        "model width height steps guidance scheduler seed precision device clipskip weighting count"
            + " batch statistics type share seed2 tile overlap preview latents noise predicted"
            + " decoded split table attention montage point class guidancefrom guidanceto guide"
            + " zerosteps momentum threshold parallel rescale truecfg spacing cache cachefrom"
            + " cacheto rng fade vae encoders conditioning control embeddings lora prompt"
            + " negative");
    KEYS.put(
        ImageToImage.class,
        "model steps strength guidance scheduler seed precision device clipskip weighting feather"
            + " context scale channels intensity minimum maximum slices seeds count batch"
            + " statistics type share seed2 tile overlap rois areas regions labels coherence detail"
            + " level preview latents noise predicted decoded split table attention montage point"
            + " mask class imageguidance noiselevel guidancefrom guidanceto guide zerosteps"
            + " momentum threshold parallel rescale truecfg spacing cache cachefrom cacheto rng"
            + " fade vae encoders depth conditioning control embeddings lora prompt negative");
    KEYS.put(Sweep.class, "command key values key2 values2 options");
    KEYS.put(Batch.class, "part overwrite subfolders format selection seed input output line");
    KEYS.put(
        TrainLora.class,
        "model steps rank layers words size crops batch rate warmup snr every augment captions seed"
            + " precision device channels intensity minimum maximum overwrite vae encoders resume"
            + " name prompt");
    KEYS.put(
        ShowLatent.class,
        "model precision device channels intensity minimum maximum posterior seed slices error"
            + " vae encoders");
    KEYS.put(
        Invert.class,
        "model steps guidance precision device clipskip weighting channels intensity minimum"
            + " maximum error preview latents noise predicted vae encoders embeddings lora prompt");
    KEYS.put(BlendLatents.class, "method share frames second");
    KEYS.put(
        ProbeNoise.class,
        "model levels trials seed precision device clipskip weighting channels intensity minimum"
            + " maximum maps vae encoders embeddings lora prompts");
    KEYS.put(DecodeLatent.class, "model precision device type vae encoders");
    KEYS.put(
        DenoiseLatent.class,
        "model steps from to noised guidance scheduler seed precision device clipskip weighting"
            + " type tile overlap preview latents noise predicted decoded split table attention"
            + " montage point class guidancefrom guidanceto guide zerosteps momentum threshold"
            + " parallel rescale truecfg spacing cache cachefrom cacheto rng fade vae encoders"
            + " conditioning control embeddings lora prompt negative");
    KEYS.put(ShowSchedule.class, "steps strength scheduler spacing model");
    KEYS.put(ShowTokens.class, "weighting model embeddings prompt negative");
    KEYS.put(ReadSettings.class, "open path");
    KEYS.put(SavePicture.class, "overwrite path");
    KEYS.put(ModelInfo.class, "model");
    KEYS.put(CheckModel.class, "model precision device vae encoders");
    KEYS.put(Models.class, "checksums folder");
    KEYS.put(GetModel.class, "accept revision variant hub name");
  }

  private static final Set<String> FORGOTTEN =
      Set.of(
          "part",
          "seed",
          "seed2",
          "class",
          "model",
          "mask",
          "depth",
          "conditioning",
          "imageguidance",
          "noiselevel",
          "control",
          "embeddings",
          "lora",
          "point",
          "from",
          "to",
          "checksums",
          "folder",
          "accept",
          "overwrite",
          "path",
          "resume",
          "vae",
          "encoders",
          "revision",
          "variant",
          "hub",
          "name");

  private static Context context;

  @BeforeAll
  static void open() {
    context = new Context(CommandService.class, DiffusionService.class);
  }

  @AfterAll
  static void close() {
    context.dispose();
  }

  @Test
  void keysAreTheContractsInItsOrder() {
    KEYS.forEach((command, keys) -> assertEquals(keys, String.join(" ", keys(command))));
  }

  @Test
  void commandsStandInTheMenuUnderTheContractsLabels() {
    LABELS.forEach(
        (command, label) ->
            assertEquals(
                "Plugins > Latent Diffusion > " + label,
                info(command).getMenuPath().getMenuString().replaceAll("\\s*>\\s*", " > ")));
  }

  @Test
  void fijiLeavesRecordingToTheCommands() {
    LABELS.keySet().forEach(command -> assertTrue(info(command).is("no-record"), command + ""));
  }

  @Test
  void plugInsConfigListsTheSameLabelsForTheSameCommands() throws IOException {
    List<String> expected = new ArrayList<>();
    LABELS.forEach(
        (command, label) ->
            expected.add(
                "Plugins>Latent Diffusion, \""
                    + label
                    + "\", sc.fiji.latentdiffusion.ij1.DiffusionPlugIn(\""
                    + command.getName()
                    + "\")"));
    List<String> lines = Files.readAllLines(Path.of("plugins.config"), StandardCharsets.UTF_8);
    assertEquals(
        expected, lines.stream().filter(line -> line.contains("DiffusionPlugIn(")).toList());
  }

  @Test
  void plugInsConfigLiesAtTheTopOfTheClassPath() {
    assertNotNull(DiffusionCommand.class.getResource("/plugins.config"));
  }

  @Test
  void noKeyIsTheEndOfAnEarlierOne() {
    for (Class<? extends DiffusionCommand> command : KEYS.keySet()) {
      List<String> keys = keys(command);
      for (int later = 1; later < keys.size(); later++) {
        for (int earlier = 0; earlier < later; earlier++) {
          assertFalse(keys.get(earlier).endsWith(keys.get(later)), command + " " + keys);
        }
      }
    }
  }

  @Test
  void everyInputHasADefaultThatTheCommandAccepts() {
    for (Class<? extends DiffusionCommand> command : KEYS.keySet()) {
      Module module = module(command);
      Map<String, String> values = new Inputs(module).values();
      keys(command).forEach(key -> assertNotNull(values.get(key), command + " " + key));
      ((DiffusionCommand) module.getDelegateObject()).check();
    }
  }

  @Test
  void defaultsAreTheContracts() {
    Module text = module(TextToImage.class);
    assertEquals(
        "[, 0, 0, 20, 4, dpmpp_2m_k, -1, auto, auto, 1, true, 1, 1, false, auto, 0.0, -1, 0, -1,"
            + " linear, false, false, false, false]",
        keys(TextToImage.class).subList(0, 24).stream().map(text::getInput).toList().toString());
    for (String key : List.of("control", "embeddings", "lora")) {
      assertEquals("", text.getInput(key));
    }
    assertEquals(0.5, module(ImageToImage.class).getInput("strength"));
    Module schedule = module(ShowSchedule.class);
    assertEquals(
        "[20, 1.0, dpmpp_2m_k, model, ]",
        keys(ShowSchedule.class).stream().map(schedule::getInput).toList().toString());
  }

  @Test
  void whatDecidesAResultByItselfDoesNotPersist() {
    for (Class<? extends DiffusionCommand> command : KEYS.keySet()) {
      for (Key key : Inputs.keys(info(command))) {
        boolean kept = !FORGOTTEN.contains(key.name());
        assertEquals(kept, key.isPersisted(), command + " " + key.name());
      }
    }
  }

  @Test
  void everyInputHasALabelAndADescription() {
    for (Class<? extends DiffusionCommand> command : KEYS.keySet()) {
      for (String key : keys(command)) {
        ModuleItem<?> item = key(command, key).item();
        assertFalse(item.getLabel().isEmpty(), command + " " + key);
        assertTrue(item.getDescription().endsWith("."), command + " " + key);
      }
    }
  }

  @Test
  void schedulersToChooseFromAreAllSchedulersFound() {
    for (Class<? extends DiffusionCommand> command :
        List.of(TextToImage.class, ImageToImage.class, DenoiseLatent.class)) {
      assertEquals(Schedulers.names(), key(command, "scheduler").choices());
    }
  }

  @Test
  void whereSchedulersAreComparedAllCanBeChosenFirst() {
    List<String> allAndEach = new ArrayList<>(List.of("all"));
    allAndEach.addAll(Schedulers.names());
    assertEquals(allAndEach, key(ShowSchedule.class, "scheduler").choices());
  }

  @Test
  void previewsToChooseFromAreTheKinds() {
    List<String> kinds = Stream.of(PreviewKind.values()).map(PreviewKind::toString).toList();
    for (Class<? extends DiffusionCommand> command : KEYS.keySet()) {
      if (keys(command).contains("preview")) {
        assertEquals(kinds, key(command, "preview").choices(), command.toString());
      }
    }
  }

  @Test
  void choicesRangesAndDefaultsAreThoseOfTheirUsers() throws ModuleException {
    assertEquals(Guide.NAMES, key(TextToImage.class, "guide").choices());
    assertMost(Prompting.MAX_CLIP_SKIP, "clipskip");
    assertMost(Answers.MOST, "count");
    assertMost(Sampling.MAX_BATCH, "batch");
    Map<String, String> defaults = new Inputs(info(TextToImage.class).createModule()).defaults();
    assertEquals(Guide.ZeroStar.STEPS, Integer.valueOf(defaults.get("zerosteps")));
    assertEquals(
        Guide.Projected.DEFAULT,
        new Guide.Projected(
            Double.parseDouble(defaults.get("momentum")),
            Double.parseDouble(defaults.get("threshold")),
            Double.parseDouble(defaults.get("parallel"))));
  }

  private static void assertMost(int most, String name) {
    Object declared = key(TextToImage.class, name).item().getMaximumValue();
    assertEquals(most, ((Number) declared).intValue(), name);
  }

  private static Key key(Class<? extends DiffusionCommand> command, String name) {
    return Inputs.keys(info(command)).stream()
        .filter(key -> key.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void precisionsAndDevicesToChooseFromAreThePipelines() {
    for (Class<? extends DiffusionCommand> command : KEYS.keySet()) {
      if (keys(command).contains("precision")) {
        assertEquals(Request.PRECISIONS, info(command).getInput("precision").getChoices());
        assertEquals(DeviceName.CHOICES, info(command).getInput("device").getChoices());
      }
    }
  }

  @Test
  void commandsCanBeCancelledAndRunHeadless() {
    for (Class<? extends DiffusionCommand> command : KEYS.keySet()) {
      assertTrue(info(command).canCancel(), command + " needs a Cancel button");
      assertTrue(info(command).canRunHeadless(), command + " must say that it runs headless");
    }
  }

  @Test
  void pluginIndexNamesEveryCommandServiceAndScheduler() {
    Set<String> indexed = new TreeSet<>();
    for (IndexItem<Plugin> item : Index.load(Plugin.class, getClass().getClassLoader())) {
      indexed.add(item.className());
    }
    assertTrue(indexed.contains(DiffusionService.class.getName()), indexed.toString());
    LABELS.keySet().forEach(c -> assertTrue(indexed.contains(c.getName()), c + " is missing"));
    for (String name : Schedulers.names()) {
      assertTrue(indexed.contains(Schedulers.get(name).solver().getClass().getName()), name);
    }
  }

  private static List<String> keys(Class<? extends DiffusionCommand> command) {
    return Inputs.keys(info(command)).stream().map(Key::name).toList();
  }

  private static CommandInfo info(Class<? extends DiffusionCommand> command) {
    return context.service(CommandService.class).getCommand(command);
  }

  private static Module module(Class<? extends DiffusionCommand> command) {
    return context.service(ModuleService.class).createModule(info(command));
  }
}
