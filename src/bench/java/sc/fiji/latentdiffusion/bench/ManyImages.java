/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import ij.IJ;
import ij.ImagePlus;
import ij.io.FileSaver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/**
 * Compares <i>Batch</i> with a macro's loop over the same images with the same line, turn about,
 * each in a process of its own.
 */
public final class ManyImages {

  private static final String KEYS = System.getProperty("keys", "strength=0.5");

  private final Path folder;
  private final Path input;

  private ManyImages(Path folder) throws IOException {
    this.folder = folder;
    input = Files.createDirectories(folder.resolve("in"));
  }

  /**
   * Runs the benchmark. System properties: {@code files}, how many images there are; {@code size}
   * in pixels; {@code rounds}; {@code keys} of the line.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    ManyImages many = new ManyImages(Files.createTempDirectory("many"));
    int size = Integer.getInteger("size", 128);
    for (int i = Integer.getInteger("files", 200); i > 0; i--) many.write(i, size);
    List<Double> ratios = new ArrayList<>();
    for (int round = Integer.getInteger("rounds", 3); round > 0; round--) {
      double loop = many.seconds("loop", many.loop());
      double batch = many.seconds("batch", many.batch());
      ratios.add(batch / loop);
      System.out.printf(
          Locale.ROOT, "loop %.1f s, batch %.1f s, ratio %.2f%n", loop, batch, batch / loop);
    }
    System.out.printf(Locale.ROOT, "median ratio %.2f%n", Measurement.median(ratios));
  }

  private void write(int index, int size) {
    ImagePlus image = IJ.createImage("noise", "8-bit noise", size, size, 1);
    image.getProcessor().blurGaussian(3);
    new FileSaver(image).saveAsTiff(input.resolve(index + ".tif").toString());
  }

  private String loop() {
    return String.format(
        "files = getFileList('%1$s');%n"
            + "for (i = 0; i < files.length; i++) {%n"
            + "  open('%1$s/' + files[i]);%n"
            + "  run('Image to Image...', '%2$s seed=' + i + ' prompt=nuclei');%n"
            + "  saveAs('Tiff', getArgument() + '/' + files[i]);%n"
            + "  close('*');%n"
            + "}%n",
        input, KEYS);
  }

  private String batch() {
    return String.format(
        "run('Batch...', 'input=[%s] output=[' + getArgument() + '] line=[run(\"Image to"
            + " Image...\", \"%s prompt=nuclei\");]');%n",
        input, KEYS);
  }

  /** Runs a macro in a process of its own, and returns how long that took. */
  private double seconds(String name, String text) throws IOException, InterruptedException {
    Path macro = Files.writeString(folder.resolve(name + ".ijm"), text);
    Path output = Files.createTempDirectory(folder, name);
    long start = System.nanoTime();
    int status =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                macro.toString(),
                output.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) throw new IOException(name + " has ended with status " + status + ".");
    return (System.nanoTime() - start) / 1e9;
  }
}
