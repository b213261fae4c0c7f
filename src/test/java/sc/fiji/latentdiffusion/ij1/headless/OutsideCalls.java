/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import ij.IJ;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.hosts.ModelsFolder;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * A program that runs macros one after the other, with the extension on its class path, and says
 * which failed; and what macros can't see: {@code call("….OutsideCalls.previews", "model")}.
 */
public final class OutsideCalls {

  private OutsideCalls() {}

  /**
   * Runs macros.
   *
   * @param args their files
   */
  public static void main(String[] args) throws IOException {
    for (String file : args) {
      HeadlessMacro.failureOf(Files.readString(Path.of(file)), "")
          .ifPresent(failure -> IJ.log("failed: " + failure));
      TestImages.closeAll();
    }
    System.exit(0);
  }

  private static Request request(String model) {
    return Request.defaults()
        .withModel(model)
        .withScheduler("euler")
        .withSteps(4)
        .withSeed(1)
        .withGuidance(1)
        .withPrompt("red", "");
  }

  /** Returns the mean red, green and blue of the last step's linear and decoded preview. */
  public static String previews(String model) throws IOException {
    List<String> colours = new ArrayList<>();
    try (LoadedModels models = new LoadedModels()) {
      new ImageDiffusion(models, ModelsFolder::get)
          .previewingOn(new Seen(colours))
          .textToImage(request(model), Stacks.NONE, Progress.NONE);
    }
    return colours.get(colours.size() - 1);
  }

  /** Returns whether time and memory are known before and after a run: "NaN 123; 0.1 123". */
  public static String estimates(String model) throws IOException {
    try (LoadedModels models = new LoadedModels()) {
      Estimates estimates = new Estimates(models, ModelsFolder::get);
      Estimate before = estimates.textToImage(request(model));
      new ImageDiffusion(models, ModelsFolder::get)
          .textToImage(request(model), Stacks.NONE, Progress.NONE);
      Estimate after = estimates.textToImage(request(model));
      return String.format(
          Locale.ROOT,
          "%s %.0f; %s %.0f",
          Double.isNaN(before.seconds()),
          before.bytes(),
          after.seconds() > 0 && after.seconds() < 60,
          after.bytes());
    }
  }

  /** Returns a number that equal pixels of the active image share. */
  public static String pixels() {
    ImagePlus imp = IJ.getImage();
    long sum = imp.getWidth();
    for (int i = 1; i <= imp.getStackSize(); i++) {
      ImageProcessor slice = imp.getStack().getProcessor(i);
      for (int k = 0; k < slice.getPixelCount(); k++) sum = 31 * sum + slice.get(k);
    }
    return Long.toString(sum);
  }

  private static String mean(ColorProcessor picture) {
    double[] sums = new double[3];
    for (int pixel : (int[]) picture.getPixels()) {
      for (int c = 0; c < 3; c++) sums[c] += pixel >> (16 - 8 * c) & 255;
    }
    int count = picture.getPixelCount();
    return String.format(
        Locale.ROOT,
        "%dx%d %.0f,%.0f,%.0f",
        picture.getWidth(),
        picture.getHeight(),
        sums[0] / count,
        sums[1] / count,
        sums[2] / count);
  }

  /** Looks at every preview. */
  private record Seen(List<String> colours) implements Preview.Display {

    @Override
    public void show(Preview preview) {
      colours.add(
          mean(preview.picture(PreviewKind.LINEAR))
              + "; "
              + mean(preview.picture(PreviewKind.DECODED)));
    }

    @Override
    public PreviewKind kind() {
      return PreviewKind.LINEAR;
    }
  }
}
