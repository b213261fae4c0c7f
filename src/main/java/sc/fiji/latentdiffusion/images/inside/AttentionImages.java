/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.inside;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.plugin.LutLoader;
import ij.process.LUT;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.LatentDisplay;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.StepStacks;

/**
 * Attention of runs: "Attention by step", a channel for each token, a slice for each run and a
 * frame for each evaluation; "Attention", its mean over the evaluations in the size of the picture;
 * "Attention of a point". A channel's colours go from 0 to its largest value.
 */
final class AttentionImages {

  private final ModelView view;
  private final List<AttentionFrames> runs = new ArrayList<>();

  /**
   * @param view the region that the model sees
   */
  AttentionImages(ModelView view) {
    this.view = view;
  }

  /** Begins a run; it stands behind earlier runs. */
  AttentionFrames begin(String name, List<String> tokens, List<EvaluationLabel> labels) {
    AttentionFrames frames = new AttentionFrames(name, tokens, labels);
    runs.add(frames);
    return frames;
  }

  /**
   * Returns the images; a run that was stopped is left out, unless none has come to its end.
   *
   * @param image calibration of the whole image
   */
  Results results(Calibrated image) {
    boolean anyWhole = runs.stream().anyMatch(AttentionFrames::isWhole);
    List<AttentionFrames> shown = runs.stream().filter(run -> run.isWhole() || !anyWhole).toList();
    List<AttentionFrames> worded = shown.stream().filter(run -> run.words() != null).toList();
    Calibrated latents = view.latentsCalibrated(image).inTime(StepStacks.TIME_UNIT);
    Results results = Results.NONE;
    if (!worded.isEmpty()) {
      int tokens = worded.get(0).words().size() / worded.get(0).frames();
      results =
          results
              .with(
                  Insides.ATTENTION_STEPS,
                  stack("Attention by step", worded, AttentionFrames::words, tokens, latents))
              .with(Insides.ATTENTION, mean(worded, tokens, view.calibrated(image)));
    }
    List<AttentionFrames> pointed = shown.stream().filter(run -> run.point() != null).toList();
    return pointed.isEmpty()
        ? results
        : results.with(
            Insides.POINT,
            stack("Attention of a point", pointed, AttentionFrames::point, 1, latents));
  }

  private static ImagePlus stack(
      String title,
      List<AttentionFrames> runs,
      Function<AttentionFrames, ImageStack> quantity,
      int channels,
      Calibrated place) {
    List<ImageStack> slices = runs.stream().map(quantity).filter(Objects::nonNull).toList();
    ImageStack all = StepStacks.joined(slices, channels);
    return coloured(LatentImages.image(title, all, channels, slices.size()), place);
  }

  private ImagePlus mean(List<AttentionFrames> runs, int tokens, Calibrated place) {
    Region seen = view.seen();
    ImageStack all = new ImageStack(seen.width(), seen.height());
    for (AttentionFrames run : runs) {
      for (int token = 0; token < tokens; token++) {
        ImageStack size = run.words();
        float[] mean = enlarged(run.mean(token), size.getWidth(), size.getHeight());
        all.addSlice(run.label(token), mean);
      }
    }
    return coloured(LatentImages.image("Attention", all, tokens, runs.size()), place);
  }

  /** Resizes a map of the latents to the region. */
  private float[] enlarged(float[] map, int width, int height) {
    Region padded = view.padded();
    Region worked = view.worked();
    Region seen = view.seen();
    float[] all = Bilinear.resized(map, width, height, padded.width(), padded.height());
    float[] part = Bilinear.cropped(all, padded.width(), worked.width(), worked.height());
    boolean isScaled = worked.width() != seen.width() || worked.height() != seen.height();
    return isScaled
        ? Bilinear.resized(part, worked.width(), worked.height(), seen.width(), seen.height())
        : part;
  }

  private static ImagePlus coloured(CompositeImage image, Calibrated place) {
    LatentDisplay.fromZero(image, new LUT(LutLoader.getLut("fire"), 0, 1));
    place.applyTo(image);
    return image;
  }
}
