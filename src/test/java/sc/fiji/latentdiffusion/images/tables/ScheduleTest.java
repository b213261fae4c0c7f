/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.keys.Calls;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;

class ScheduleTest {

  private static final Path MODEL = TestResources.SD1;
  private static final NoiseSchedule NOISE =
      BetaSchedule.of(SchedulerConfigs.of(Map.of("variance_type", "learned")));

  /** The value of an empty cell. */
  private static final double NONE = Double.NaN;

  private static Info info() {
    return new Info(new MacroCall("Show Schedule...", Map.of()));
  }

  @Test
  void theTableHoldsEveryNumberOfThePlan() {
    OutputWeights model = new OutputWeights(0.25, -0.5);
    NoiseLevel exploding = NoiseLevel.varianceExploding(2);
    NoiseLevel preserving = NoiseLevel.ofAlphaCumprod(0.5);
    List<Double> none = List.of();
    Evaluation first =
        TestEvaluations.of(0, 0, 900.5, exploding, model, List.of(0.75), List.of(1.5), none);
    Evaluation second =
        TestEvaluations.of(
            1, 0, 800, preserving, model, List.of(0.0, 1.0), List.of(0.1, 0.2), List.of(0.3));
    Map<Schedule.PlanName, Plan> plans = new LinkedHashMap<>();
    plans.put(new Schedule.PlanName("", "heun"), new Plan(0, 1, List.of(first, second)));
    ResultsTable table = ScheduleTable.of(plans);
    assertEquals(
        "scheduler, evaluation, step, part of step, timestep, sigma, alpha-bar, SNR, input scale,"
            + " x in m, output in m, clip, x(n) in s, s(n), s(n-1), m(n), m(n-1), z(n)",
        String.join(", ", table.getHeadings()));
    assertRow(
        table, 0, 1, 1, 1, 900.5, 2, 0.2, 0.25, 0.4472136, 0.25, -0.5, NONE, 1, 0.75, 0, 1.5, 0, 0);
    assertRow(table, 1, 2, 1, 2, 800, 1, 0.5, 1, 1, 0.25, -0.5, NONE, 1, 0, 1, 0.1, 0.2, 0.3);
  }

  private static void assertRow(ResultsTable table, int row, double... expected) {
    String[] headings = table.getHeadings();
    assertEquals("heun", table.getStringValue(headings[0], row));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], table.getValue(headings[i + 1], row), 1e-7, headings[i + 1]);
    }
  }

  @Test
  void onlyTheConfigOfTheModelIsRead(@TempDir Path folder) throws IOException {
    copyWithoutWeights(folder);
    try (LoadedModels models = new LoadedModels()) {
      Schedule schedule =
          new ImageDiffusion(models, () -> folder)
              .calledBy(Calls.of(ShowSchedule.class))
              .tables()
              .schedule(
                  Request.defaults().withModel(folder.toString()).withStrength(1),
                  "ddim",
                  choices("ddim"));
      assertEquals(20, schedule.table().size());
      String text = schedule.alphas().getInfoProperty();
      assertTrue(text.contains("\nmodelName=" + folder.getFileName() + "\n"), text);
      assertTrue(text.contains("\nevaluations=20\ntimesteps=951,901,"), text);
    }
  }

  private static List<Schedule.Choice> choices(String... schedulers) {
    return Stream.of(schedulers).map(name -> new Schedule.Choice(name, "model")).toList();
  }

  private static void copyWithoutWeights(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(MODEL)) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(MODEL.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        if (file.toString().endsWith(".safetensors")) {
          Files.write(copy, new byte[0]);
        }
      }
    }
  }

  @Test
  void schedulersThatRefuseTheModelAreLeftOutOfSeveralAndTheInfoSaysWhy() {
    Request request = Request.defaults().withSteps(4).withStrength(1);
    Schedule schedule = Schedule.of(Map.of("a", NOISE), request, choices("ddpm", "euler"), info());
    assertEquals(4, schedule.table().size());
    assertEquals("euler", schedule.table().getStringValue("scheduler", 0));
    String text = schedule.sigmas().getInfoProperty();
    assertTrue(text.contains("leftOut.ddpm="), text);
  }

  @Test
  void oneSchedulerThatRefusesTheModelIsAnError() {
    Request request = Request.defaults().withSteps(4).withStrength(1);
    String message = refusal(request, "ddpm");
    assertTrue(message.contains("variance_type"), message);
  }

  @Test
  void aStrengthThatLeavesNoStepIsRefusedWithTheLeastThatLeavesOne() {
    for (int steps : new int[] {1, 3, 7, 20, 999}) {
      Request request = Request.defaults().withSteps(steps).withStrength(0);
      String message = refusal(request, "euler");
      String least = message.replaceAll(".*at least (.*)\\.$", "$1");
      Request enough = request.withStrength(Double.parseDouble(least));
      assertEquals(
          1,
          Schedule.of(Map.of("a", NOISE), enough, choices("euler"), info()).table().size(),
          message);
    }
  }

  private static String refusal(Request request, String scheduler) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> Schedule.of(Map.of("a", NOISE), request, choices(scheduler), info()))
        .getMessage();
  }

  @Test
  void ofSeveralModelsEachHasItsCurvesAndAColumnNamesIt() {
    Map<String, NoiseSchedule> models = new LinkedHashMap<>();
    models.put("sd", BetaSchedule.of(SchedulerConfigs.of(Map.of())));
    models.put("flow", FlowSchedule.of(SchedulerConfigs.of(Map.of())));
    Request request = Request.defaults().withSteps(4).withStrength(1);
    Schedule both = Schedule.of(models, request, choices("euler", "kdpm_2"), info());
    ResultsTable table = both.table();
    assertEquals("model", table.getHeadings()[0]);
    assertEquals(4 + 4 + 7, table.size());
    String[] expected = {"sd", "flow", "sd"};
    for (int i = 0; i < 3; i++) assertEquals(expected[i], table.getStringValue("model", 4 * i));
    assertEquals("euler", table.getStringValue("scheduler", 4));
    assertEquals(1, table.getValue("sigma", 4));
    String text = both.sigmas().getInfoProperty();
    assertTrue(text.contains("\nleftOut.flow: kdpm_2=Scheduler 'kdpm_2' is for β"), text);
  }

  private static Schedule schedule(Path folder, String models) throws IOException {
    try (LoadedModels none = new LoadedModels()) {
      return new ImageDiffusion(none, () -> folder)
          .calledBy(Calls.of(ShowSchedule.class))
          .tables()
          .schedule(
              Request.defaults().withModel(models).withStrength(1), "euler", choices("euler"));
    }
  }

  @Test
  void severalModelsStandWithCommasBetweenThem(@TempDir Path folder) throws IOException {
    ModelCopies.into(folder.resolve("a, b"), MODEL);
    ModelCopies.into(folder.resolve("grey"), TestResources.golden("unet2d_models/grey"));
    for (String list : new String[] {"'a, b',grey,", " \"a, b\" , grey,built-in"}) {
      ResultsTable table = schedule(folder, list).table();
      assertEquals(60, table.size());
      assertEquals("a, b", table.getStringValue("model", 0));
      assertEquals("grey", table.getStringValue("model", 20));
      assertEquals("built-in", table.getStringValue("model", 40));
    }
    assertEquals("scheduler", schedule(folder, "a, b").table().getHeadings()[0]);
    String message =
        assertThrows(IOException.class, () -> schedule(folder, "grey,nucleus")).getMessage();
    assertTrue(message.startsWith("no model \"nucleus\""), message);
  }

  /** Its latents are 8 × 8. */
  @Test
  void aShiftThatDependsOnTheSizeIsThatOfTheModelsOwn(@TempDir Path folder) throws IOException {
    ModelCopies.into(folder.resolve("a"), MODEL);
    String config = "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\",";
    Files.writeString(
        folder.resolve("a/scheduler/scheduler_config.json"),
        config + "\"use_dynamic_shifting\": true}");
    FlowSchedule noise = FlowSchedule.of(SchedulerConfigs.of(Map.of("use_dynamic_shifting", true)));
    double[] expected = noise.forLatents(8, 8).timesteps(Counting.POINTS, 20);
    ResultsTable table = schedule(folder, "a").table();
    for (int i = 0; i < 20; i++) assertEquals(expected[i], table.getValue("timestep", i));
  }

  @Test
  void everySchedulerHasARowForEachOfItsEvaluations() {
    NoiseSchedule noise = BetaSchedule.of(SchedulerConfigs.of(Map.of()));
    Request request = Request.defaults().withSteps(7).withStrength(1);
    ResultsTable table =
        Schedule.of(
                Map.of("a", noise),
                request,
                choices(Schedulers.names().toArray(String[]::new)),
                info())
            .table();
    int row = 0;
    for (String name : Schedulers.names()) {
      for (Evaluation step : Schedulers.get(name).plan(noise, 7, 1).evaluations()) {
        assertEquals(name, table.getStringValue("scheduler", row));
        assertEquals(step.step() + 1, table.getValue("step", row));
        assertEquals(step.sigma(), table.getValue("sigma", row));
        row++;
      }
    }
    assertEquals(row, table.size());
  }
}
