/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import org.scijava.ItemIO;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.images.Answers;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.random.Variation;

/** A command that makes any number of answers to one request, from seeds of their own. */
public abstract class AnswersCommand extends SamplingCommand {

  @Parameter(
      label = "Answers",
      description =
          "How many pictures are made, with this seed and the next ones: the slices of one stack.",
      min = "1",
      max = "10000",
      attrs = {@Attr(name = Key.AFTER, value = "weighting"), @Attr(name = Key.ROW, value = "seed")})
  private int count = 1;

  @Parameter(
      label = "Answers at once",
      description =
          "How many answers are evaluated at once: more are faster and take more memory. Above 1"
              + " the last bits of a picture may differ from those of a run alone.",
      min = "1",
      max = "64",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "answers")})
  private int batch = 1;

  @Parameter(
      label = "Mean and SD of the answers",
      description =
          "Opens the mean and the standard deviation of the answers, pixel by pixel, of 32 bit:"
              + " what they have in common, and where they differ. Needs two answers or more.",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "answers"),
        @Attr(name = Key.WINDOW)
      })
  private boolean statistics = false;

  @Parameter(
      label = "Share of a second seed",
      description =
          "Variations of a picture: how far its first noise is turned towards that of a second"
              + " seed. 0 leaves it; 1 takes the second seed's. Of several answers each has the"
              + " next second seed.",
      min = "0",
      max = "1",
      stepSize = "0.01",
      attrs = {
        @Attr(name = Key.AFTER, value = "type"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "variation/share")
      })
  private double share = 0;

  @Parameter(
      label = "Second seed (−1: random)",
      description =
          "The seed of variations, as seed; it is used only with a share above 0. −1 draws one,"
              + " which the macro then records.",
      style = Key.SEED_STYLE,
      persist = false,
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.GENERATOR, value = "rng"),
        @Attr(name = Key.ROW, value = "variation/seed")
      })
  private long seed2 = -1;

  @Parameter(type = ItemIO.OUTPUT, label = "Mean")
  private ImagePlus mean;

  @Parameter(type = ItemIO.OUTPUT, label = "SD")
  private ImagePlus deviation;

  @Override
  protected Request request() {
    Request request = super.request();
    Variation variation = new Variation(share, used("seed2", seed2));
    return request.withSampling(request.sampling().withVariation(variation));
  }

  @Override
  protected void record(Request drawn) {
    super.record(drawn);
    seed2 = drawn.sampling().variation().seed();
  }

  /** The number of answers, and how many are evaluated at once. */
  protected final Answers answers() {
    return new Answers(count, batch, statistics);
  }

  @Override
  public void check() {
    super.check();
    answers();
  }
}
