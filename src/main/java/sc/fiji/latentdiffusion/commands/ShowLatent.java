/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.EncodingCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.latents.Encoding;
import sc.fiji.latentdiffusion.images.latents.Posterior;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.Seed;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.random.Rng;

/** Encodes the active image, or its selection, and opens the latents as an image. */
@Plugin(
    type = Command.class,
    label = "Show Latent",
    description =
        "Opens the latents of the active image, or of its selection, as the model sees it: 32 bit,"
            + " one channel for each of the model's.",
    menuPath = "Plugins>Latent Diffusion>Show Latent...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ShowLatent extends EncodingCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Posterior",
      description =
          "The autoencoder encodes to a normal distribution for each value: its mean, as all runs"
              + " use it, its standard deviation (sd), or a sample of it.",
      choices = {"mean", "sd", "sample"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "posterior")})
  private String posterior = "mean";

  @Parameter(
      label = "Seed of a sample (−1: random)",
      description = "The seed of posterior=sample: 0…4294967295, or −1 to draw one.",
      style = Key.SEED_STYLE,
      persist = false,
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "posterior")})
  private long seed = -1;

  @Parameter(
      label = "Slices",
      description = "Stacks: the current slice, or all of them.",
      choices = {"current", "all"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.USE, value = Key.STACK)})
  private String slices = "current";

  @Parameter(
      label = "Error of the autoencoder",
      description =
          "Opens what is lost on the way to latents and back, in the image's values; the Info has"
              + " its mean, RMS and the PSNR.",
      attrs = @Attr(name = Key.WINDOW))
  private boolean error = false;

  @Parameter(type = ItemIO.OUTPUT, label = "Autoencoder error")
  private ImagePlus errorimage;

  private Encoding.Options options() {
    Posterior shown = Posterior.of(posterior);
    long used = Seed.used("seed", BigInteger.valueOf(seed));
    if (used >= 0 && shown != Posterior.SAMPLE) {
      throw new IllegalArgumentException(
          "seed is used with posterior=sample alone, but posterior is "
              + posterior
              + ". Give posterior=sample, or leave seed out.");
    }
    return new Encoding.Options(
        mapping(), shown, Math.max(used, 0), new Slices(slices, "same"), error);
  }

  @Override
  public void check() {
    options();
  }

  @Override
  public void checkImage() {
    checkPicture(image);
  }

  @Override
  protected ImagePlus picture() {
    return image;
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    return DialogStart.of("Encodes " + ImageSubject.of(image) + ".");
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    boolean draws = Posterior.of(posterior) == Posterior.SAMPLE && seed < 0;
    if (draws) seed = Rng.drawnSeed(); // which is recorded
    return images.showLatent(image, options(), modelRequest(), progress);
  }
}
