/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import ij.CompositeImage;
import ij.ImageStack;
import ij.plugin.LutLoader;
import ij.process.LUT;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.images.results.LatentDisplay;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/** The errors in each cell of the latents: a channel for each prompt, a frame for each level. */
final class ErrorMap {

  private static final double SHARE = 0.95;

  private ErrorMap() {}

  /**
   * Makes the image "Noise error"; all channels are displayed from 0 to the 95th percentile of all.
   *
   * @param width of the latents
   * @param height of the latents
   */
  static CompositeImage of(
      NoiseErrors errors, List<String> prompts, List<Evaluation> levels, int width, int height) {
    ImageStack stack = new ImageStack(width, height);
    for (int k = 0; k < errors.levels(); k++) {
      for (int p = 0; p < errors.prompts(); p++) {
        stack.addSlice(label(prompts.get(p), levels.get(k)), errors.map(k, p));
      }
    }
    CompositeImage image = LatentImages.image("Noise error", stack, errors.prompts(), 1);
    LUT fire = new LUT(LutLoader.getLut("fire"), 0, percentile(stack));
    LatentDisplay.same(image, fire);
    image.setPosition(1, 1, 1);
    return image;
  }

  private static String label(String prompt, Evaluation level) {
    return String.format(
        Locale.ROOT,
        "%s, timestep %s, sigma %.5g",
        prompt,
        Numbers.text(level.timestep()),
        level.sigma());
  }

  private static double percentile(ImageStack stack) {
    int pixels = stack.getWidth() * stack.getHeight();
    double[] values = new double[pixels * stack.size()];
    int count = 0;
    for (int i = 1; i <= stack.size(); i++) {
      for (float value : (float[]) stack.getPixels(i)) {
        if (!Float.isNaN(value)) values[count++] = value;
      }
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    double most = sorted[(int) Math.ceil(SHARE * count) - 1];
    return most > 0 ? most : 1;
  }
}
