/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;

class StepStacksTest {

  private static final int STEPS = 3;
  private static final Plan PLAN =
      new Plan(0, 1, List.of(evaluation(0, 0), evaluation(1, 1), evaluation(2, 2)));
  private static final Shape SHAPE = new Shape(1, 4, 2, 3);

  @PyTorch private static NDManager manager;

  private static Evaluation evaluation(int index, int step) {
    return TestEvaluations.of(index, step, 951.5 - 100 * step, NoiseLevel.ofAlphaCumprod(0.2));
  }

  /** Returns an evaluation with latents i, noise 10 + i and predicted latents 20 + i. */
  private static Evaluated evaluated(int i) {
    return new Evaluated(
        PLAN.evaluations().get(i),
        constant(i),
        constant(10 + i),
        constant(20 + i),
        constant(i + 1));
  }

  private static NDArray constant(float value) {
    return manager.full(SHAPE, value);
  }

  /** Returns a picture of 20×12 pixels whose red is the latents' value. */
  private static ImagePlus decode(NDArray latents) {
    ColorProcessor picture = new ColorProcessor(20, 12);
    picture.setColor((int) latents.toFloatArray()[0] << 16);
    picture.fill();
    return new ImagePlus("", picture);
  }

  private static List<ImagePlus> run(Stacks which) {
    StepStacks stacks = new StepStacks(which);
    RunFrames run = stacks.begin("", EvaluationLabel.of(PLAN), StepStacksTest::decode);
    for (int i = 0; i < STEPS; i++) {
      Evaluated step = evaluated(i);
      run.accept(step);
      step.sample().close();
    }
    run.finish(constant(STEPS));
    return stacks.images(Calibrated.uncalibrated(), Calibrated.uncalibrated().scaled(8)).all();
  }

  private static void assertFrames(ImagePlus imp, String title, float first, int frames) {
    assertEquals(title, imp.getTitle());
    assertEquals(4, imp.getNChannels());
    assertEquals(1, imp.getNSlices());
    assertEquals(frames, imp.getNFrames());
    assertEquals(32, imp.getBitDepth());
    assertTrue(imp.isHyperStack());
    assertEquals(8, imp.getCalibration().pixelWidth);
    for (int frame = 0; frame < frames; frame++) {
      float value = first + frame;
      int index = imp.getStackIndex(4, 1, frame + 1);
      assertArrayEquals(
          new float[] {value, value, value, value, value, value},
          (float[]) imp.getStack().getPixels(index));
    }
  }

  @Test
  void everyQuantityIsAHyperstackWithOneFrameAnEvaluation() {
    List<ImagePlus> images = run(new Stacks(true, true, true, true));
    assertEquals(4, images.size());
    assertFrames(images.get(0), "Latents by step", 0, STEPS + 1);
    assertFrames(images.get(1), "Noise by step", 10, STEPS);
    assertFrames(images.get(2), "Predicted latents by step", 20, STEPS);
    ImagePlus pictures = images.get(3);
    assertEquals("Images by step", pictures.getTitle());
    assertArrayEquals(new int[] {20, 12, 1, 1, STEPS}, pictures.getDimensions());
    assertEquals(24, pictures.getBitDepth());
    assertTrue(pictures.getOpenAsHyperStack());
    assertEquals(1, pictures.getCalibration().pixelWidth);
    assertEquals(21, pictures.getStack().getProcessor(2).get(3, 3) >> 16 & 255);
  }

  @Test
  void labelsNameChannelStepTimestepAndSigma() {
    List<ImagePlus> images = run(new Stacks(true, false, false, true));
    ImagePlus latents = images.get(0);
    assertEquals(
        "step 1/3, timestep 951.5, sigma 2.0000, channel 2",
        latents.getStack().getSliceLabel(latents.getStackIndex(2, 1, 1)));
    assertEquals(
        "final latents after step 3, channel 1",
        latents.getStack().getSliceLabel(latents.getStackIndex(1, 1, STEPS + 1)));
    assertEquals(
        "step 3/3, timestep 751.5, sigma 2.0000", images.get(1).getStack().getSliceLabel(3));
  }

  @Test
  void labelsSayWhichPartOfAStepAnEvaluationIsWhereAStepHasSeveral() {
    Plan plan =
        new Plan(
            0,
            1,
            List.of(
                evaluation(0, 0),
                evaluation(1, 0),
                evaluation(2, 1),
                evaluation(3, 2),
                evaluation(4, 2),
                evaluation(5, 2)));
    StepStacks stacks = new StepStacks(new Stacks(true, false, false, false));
    RunFrames run = stacks.begin("", EvaluationLabel.of(plan), StepStacksTest::decode);
    for (Evaluation evaluation : plan.evaluations()) {
      run.accept(new Evaluated(evaluation, constant(0), constant(0), constant(0), constant(0)));
    }
    run.finish(constant(0));
    ImagePlus latents =
        stacks.images(Calibrated.uncalibrated(), Calibrated.uncalibrated().scaled(8)).all().get(0);
    List<String> labels = new ArrayList<>();
    for (int frame = 1; frame <= latents.getNFrames(); frame++) {
      String label = latents.getStack().getSliceLabel(latents.getStackIndex(1, 1, frame));
      labels.add(label.replaceAll(", (timestep|channel).*", ""));
    }
    assertEquals(
        List.of(
            "step 1/3, 1st half",
            "step 1/3, 2nd half",
            "step 2/3",
            "step 3/3, part 1 of 3",
            "step 3/3, part 2 of 3",
            "step 3/3, part 3 of 3",
            "final latents after step 3"),
        labels);
  }

  @Test
  void stacksOpenAtTheLastFrame() {
    for (ImagePlus imp : run(new Stacks(true, true, true, true))) {
      assertEquals(imp.getNFrames(), imp.getFrame(), imp.getTitle());
    }
  }

  @Test
  void onlyTheStacksAskedForAreMade() {
    assertEquals(List.of(), run(Stacks.NONE));
    List<ImagePlus> images = run(new Stacks(false, false, true, false));
    assertEquals(1, images.size());
    assertEquals("Predicted latents by step", images.get(0).getTitle());
  }

  @Test
  void eachOfSeveralRunsIsASliceOfTheHyperstack() {
    StepStacks stacks = new StepStacks(new Stacks(true, false, false, false));
    for (int run = 0; run < 2; run++) {
      Evaluation evaluation = PLAN.evaluations().get(0);
      Plan plan = new Plan(0, 1, List.of(evaluation));
      RunFrames frames =
          stacks.begin("slice " + (run + 1), EvaluationLabel.of(plan), StepStacksTest::decode);
      NDArray x = constant(10 * run);
      frames.accept(new Evaluated(evaluation, x, x, x, x));
      frames.finish(constant(10 * run + 1));
    }
    Calibrated place = Calibrated.uncalibrated();
    ImagePlus imp = stacks.images(place, place).all().get(0);
    assertArrayEquals(new int[] {3, 2, 4, 2, 2}, imp.getDimensions());
    for (int run = 0; run < 2; run++) {
      for (int frame = 0; frame < 2; frame++) {
        int index = imp.getStackIndex(4, run + 1, frame + 1);
        assertEquals(10 * run + frame, ((float[]) imp.getStack().getPixels(index))[0]);
        String label = imp.getStack().getSliceLabel(index);
        assertTrue(label.contains("slice " + (run + 1)), label);
      }
    }
  }

  @Test
  void aRunThatWasStoppedIsLeftOutUnlessItIsTheFirst() {
    StepStacks stacks = new StepStacks(new Stacks(true, false, false, true));
    RunFrames first = stacks.begin("seed 1", EvaluationLabel.of(PLAN), StepStacksTest::decode);
    first.accept(evaluated(0));
    assertEquals(List.of(1, 1), frames(stacks));
    first.accept(evaluated(1));
    first.accept(evaluated(2));
    first.finish(constant(0));
    stacks.begin("seed 2", EvaluationLabel.of(PLAN), StepStacksTest::decode).accept(evaluated(0));
    assertEquals(List.of(STEPS + 1, STEPS), frames(stacks));
  }

  private static List<Integer> frames(StepStacks stacks) {
    Calibrated place = Calibrated.uncalibrated();
    List<ImagePlus> images = stacks.images(place, place).all();
    images.forEach(image -> assertEquals(1, image.getNSlices()));
    return images.stream().map(ImagePlus::getNFrames).toList();
  }
}
