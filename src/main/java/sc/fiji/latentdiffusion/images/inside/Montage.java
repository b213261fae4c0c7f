/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.inside;

import ai.djl.ndarray.NDArray;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.LatentColours;
import sc.fiji.latentdiffusion.images.results.LatentPreview;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * One picture of a run, "Montage": a column for each of some evaluations, and rows of its latents,
 * the noise that is predicted in them, and the picture of the latents without it. Latents and noise
 * are painted in the model's linear colours, or their first three channels from −3 to 3.
 */
final class Montage implements Consumer<Evaluated> {

  /** The most columns. */
  static final int COLUMNS = 6;

  private static final int SMALLEST = 128;
  private static final int GAP = 2;
  private static final int STRIP = 18;
  private static final int BASE = 16; // of a text in its strip
  private static final int LARGEST = 12; // size of a font
  private static final double LIMIT = 3;
  private static final List<String> ROWS = List.of("Latents", "Predicted noise", "Predicted image");

  private final ModelView view;
  private final List<EvaluationLabel> labels;
  private final List<Integer> shown;
  private final List<String> captions = new ArrayList<>();
  private final List<List<ImageProcessor>> columns = new ArrayList<>();

  /**
   * @param view the region that is painted
   * @param labels of the run's evaluations
   */
  Montage(ModelView view, List<EvaluationLabel> labels) {
    this.view = view;
    this.labels = labels;
    shown = shown(labels.size());
  }

  /** Returns the evaluations that are shown, from 0, of so many: the first, the last, and more. */
  static List<Integer> shown(int evaluations) {
    int n = Math.min(COLUMNS, evaluations);
    return IntStream.range(0, n)
        .map(j -> n == 1 ? 0 : (int) Math.round(j * (evaluations - 1.0) / (n - 1)))
        .boxed()
        .toList();
  }

  @Override
  public void accept(Evaluated evaluated) {
    Evaluation evaluation = evaluated.evaluation();
    if (!shown.contains(evaluation.index())) return;
    EvaluationLabel label = labels.get(evaluation.index());
    String caption = "step %d/%d%s, sigma %.3g";
    captions.add(
        String.format(
            Locale.ROOT,
            caption,
            label.step(),
            label.steps(),
            label.partLabel(),
            evaluation.sigma()));
    NDArray picture = evaluated.predOriginalSample();
    columns.add(
        List.of(
            panel(evaluated.sample(), evaluation.inputScale()),
            panel(evaluated.noise(), 1),
            magnified(new LatentPreview(view, picture).picture(PreviewKind.DECODED))));
  }

  private ImageProcessor panel(NDArray latents, double scale) {
    try (NDArray scaled = latents.mul((float) scale)) {
      ColorProcessor small =
          LatentColours.of(view.model().declaration().latents())
              .map(colours -> colours.picture(scaled))
              .orElseGet(() -> plain(scaled));
      return magnified(view.enlarged(small, ImageProcessor.NONE));
    }
  }

  /** Paints the first three channels; a single one in grey. */
  private static ColorProcessor plain(NDArray latents) {
    float[][] channels = Tensors.channels(latents);
    int width = Math.toIntExact(latents.getShape().get(3));
    int[] pixels = new int[channels[0].length];
    for (int i = 0; i < pixels.length; i++) {
      for (int c = 0; c < 3; c++) {
        float value = channels[Math.min(c, channels.length - 1)][i];
        pixels[i] = pixels[i] << 8 | Intensity.toByte((float) (value / LIMIT));
      }
    }
    return new ColorProcessor(width, pixels.length / width, pixels);
  }

  /** Enlarges a panel by a whole number, so that it can be seen. */
  private static ImageProcessor magnified(ColorProcessor panel) {
    int side = Math.min(panel.getWidth(), panel.getHeight());
    int times = (SMALLEST + side - 1) / side;
    panel.setInterpolationMethod(ImageProcessor.NONE);
    return panel.resize(panel.getWidth() * times, panel.getHeight() * times);
  }

  /** Returns the picture of the evaluations so far; empty if there was none. */
  Optional<ImagePlus> image() {
    if (columns.isEmpty()) return Optional.empty();
    int width = columns.get(0).get(0).getWidth();
    int height = columns.get(0).get(0).getHeight();
    int all = columns.size() * (width + GAP) - GAP;
    ColorProcessor sheet = new ColorProcessor(all, STRIP + ROWS.size() * (STRIP + height));
    sheet.setColor(Color.WHITE);
    sheet.fill();
    sheet.setColor(Color.BLACK);
    sheet.setAntialiasedText(true);
    sheet.setFont(fitting(sheet, captions, width));
    for (int row = 0; row < ROWS.size(); row++) {
      int top = STRIP + row * (STRIP + height);
      sheet.drawString(ROWS.get(row), 0, top + BASE);
      for (int column = 0; column < columns.size(); column++) {
        int left = column * (width + GAP);
        if (row == 0) sheet.drawString(captions.get(column), left, BASE);
        sheet.insert(columns.get(column).get(row), left, top + STRIP);
      }
    }
    return Optional.of(new ImagePlus("Montage", sheet));
  }

  /**
   * Returns the font in which the longest caption is as wide as a panel at most. Whole sizes are
   * tried: the width of a text grows in leaps with the size.
   */
  static Font fitting(ImageProcessor sheet, List<String> captions, int width) {
    for (int size = LARGEST; ; size--) {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, size);
      sheet.setFont(font);
      int needed = captions.stream().mapToInt(sheet::getStringWidth).max().orElse(0);
      if (needed <= width || size == 1) return font;
    }
  }
}
