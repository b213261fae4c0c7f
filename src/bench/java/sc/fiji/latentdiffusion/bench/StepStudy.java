/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/**
 * Measures how far runs of few evaluations are from one of many, with the built-in model: for each
 * scheduler that draws no noise, spacing, number of evaluations and part of guided steps the error
 * of the final latents, {@code RMS(x − reference) / RMS(reference)} over four seeds of one prompt.
 * The reference takes 500 steps of Heun with Karras's sigmas, 999 evaluations, from the same noise:
 * where the step tends to 0 all these schedulers have one result.
 *
 * <p>{@code StepStudy [FOLDER]} adds what is missing to {@code FOLDER/steps.csv}; {@link StepPlots}
 * draws it.
 */
public final class StepStudy {

  /** Every scheduler that draws no noise and asks for no Karras sigmas by its name. */
  static final List<String> SOLVERS =
      List.of(
          "ddim",
          "euler",
          "heun",
          "kdpm_2",
          "lms",
          "pndm",
          "ipndm",
          "deis",
          "dpmpp_2s",
          "dpmpp_2m",
          "dpmpp_3m",
          "unipc",
          "res_multistep",
          "gradient_estimation",
          "heunpp2");

  /** The solvers whose spacings are measured at all numbers of evaluations. */
  static final List<String> WELL_KNOWN = List.of("dpmpp_2m", "euler", "unipc");

  static final List<String> RULES =
      List.of("karras", "exponential", "beta", "simple", "sgm_uniform", "kl_optimal", "ays");

  static final List<Integer> EVALUATIONS = List.of(6, 10, 20, 40);

  private static final int SEEDS = 4;
  private static final int REFERENCE_STEPS = 500;
  private static final String HEAD = "solver,spacing,guidanceto,steps,evaluations,error";

  /** One run of four seeds: the most evaluations that it may make. */
  private record Case(String solver, String spacing, double guidanceTo, int most) {}

  private final LatentDiffusion model;
  private final Map<Double, float[]> references = new HashMap<>();

  private StepStudy(LatentDiffusion model) {
    this.model = model;
  }

  /**
   * Measures.
   *
   * @param arguments the folder of the table; none for {@code target/steps}
   * @throws IOException if the model can't be read, or the table not written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "target/steps");
    Path table = Files.createDirectories(folder).resolve("steps.csv");
    if (!Files.exists(table)) Files.writeString(table, HEAD + "\n");
    String known = Files.readString(table);
    try (LatentDiffusion model =
        ModelLoader.load(Model.find("", Path.of("none")), "float32", "cpu")) {
      StepStudy study = new StepStudy(model);
      for (Case one : cases()) {
        Optional<Integer> steps = study.steps(one);
        if (steps.isEmpty()) continue;
        String name = study.name(one, steps.get());
        if (known.contains("\n" + name + ",")) continue;
        String line =
            name + "," + String.format(Locale.ROOT, "%.5f", study.error(one, steps.get()));
        Files.writeString(table, line + "\n", StandardOpenOption.APPEND);
      }
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int most : EVALUATIONS) {
      for (String solver : SOLVERS) cases.add(new Case(solver, Spacings.MODEL, 1, most));
    }
    for (String rule : RULES) {
      for (String solver : WELL_KNOWN) {
        for (int most : EVALUATIONS) cases.add(new Case(solver, rule, 1, most));
      }
    }
    for (String solver : List.of("dpmpp_2m", "unipc")) {
      for (int most : EVALUATIONS) cases.add(new Case(solver, "karras", 0.5, most));
    }
    for (String rule : RULES) {
      for (String solver : SOLVERS) {
        if (!WELL_KNOWN.contains(solver)) cases.add(new Case(solver, rule, 1, 20));
      }
    }
    return cases;
  }

  private String name(Case one, int steps) {
    int evaluations = plan(one, steps).evaluations().size();
    return String.format(
        Locale.ROOT,
        "%s,%s,%s,%d,%d",
        one.solver(),
        one.spacing(),
        one.guidanceTo(),
        steps,
        evaluations);
  }

  /** Returns the most steps with so few evaluations; none if the spacing does not go with it. */
  private Optional<Integer> steps(Case one) {
    try {
      for (int steps = one.most(); steps > 1; steps--) {
        if (plan(one, steps).evaluations().size() <= one.most()) return Optional.of(steps);
      }
    } catch (IllegalArgumentException e) {
      if (!e.getMessage().contains("can't take spacing")) throw e;
    }
    return Optional.empty();
  }

  private Plan plan(Case one, int steps) {
    return Spacings.plan(model.noiseSchedule(), one.solver(), one.spacing(), steps, 1);
  }

  private double error(Case one, int steps) {
    float[] reference =
        references.computeIfAbsent(
            one.guidanceTo(), to -> latents(new Case("heun", "karras", to, 0), REFERENCE_STEPS));
    float[] found = latents(one, steps);
    double difference = 0;
    double power = 0;
    for (int i = 0; i < found.length; i++) {
      difference += Math.pow(found[i] - reference[i], 2);
      power += Math.pow(reference[i], 2);
    }
    return Math.sqrt(difference / power);
  }

  private float[] latents(Case one, int steps) {
    double scale = GuidanceOptions.DEFAULT.largest();
    Request request =
        Request.defaults()
            .withPrompt("many green nuclei on a dark background", "")
            .withSeed(1)
            .withSteps(steps)
            .withStrength(1)
            .withScheduler(Schedulers.name(one.solver()))
            .withGuidance(new GuidanceOptions(List.of(scale), 0, one.guidanceTo(), Guide.CFG, 0));
    request = request.withSampling(request.sampling().withSpacing(one.spacing()).withBatch(SEEDS));
    try (Run run = model.textToImage(request)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }
}
