/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.util.Map;
import java.util.stream.IntStream;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.latents.LatentBlend;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.progress.Progress;

/** Blends the active latents with others. */
@Plugin(
    type = Command.class,
    label = "Blend Latents",
    description =
        "Blends the active latent image with a second one: one image between them, or frames all"
            + " the way from the one to the other.",
    menuPath = "Plugins>Latent Diffusion>Blend Latents...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class BlendLatents extends DiffusionCommand {

  private static final double HALF = 0.5;

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Method",
      description =
          "slerp goes along a circle, which keeps the spread of noise; lerp straight, which is"
              + " right for latents without noise.",
      choices = {"slerp", "lerp"},
      attrs = @Attr(name = Key.AFTER))
  private String method = "slerp";

  @Parameter(
      label = "Share of the second",
      description = "How far to go: 0 is the active image, 1 the second. For one frame alone.",
      min = "0",
      max = "1",
      stepSize = "0.05")
  private double share = HALF;

  @Parameter(
      label = "Frames",
      description = "1 for one image between them; more go all the way, ends included.",
      min = "1",
      max = "10000")
  private int frames = 1;

  @Parameter(
      label = "Second",
      description = "The title of the second latent image, of the same size and channels.",
      required = false)
  private String second = "";

  @Override
  public void check() {
    if (frames > 1 && share != HALF) {
      throw new IllegalArgumentException(
          String.format(
              "share is for one frame, but frames is %d, which goes all the way. Leave one of them"
                  + " out.",
              frames));
    }
  }

  @Override
  public void checkImage() {
    checkLatent(image);
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    return DialogStart.of("Blends " + ImageSubject.ofLatents(image) + " with a second image.");
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) {
    LatentBlend blend = new LatentBlend(image, LatentBlend.titled(second));
    double[] shares =
        frames == 1
            ? new double[] {share}
            : IntStream.range(0, frames).mapToDouble(j -> j / (frames - 1.0)).toArray();
    return Results.of(blend.image(method, shares, inputs().call(Key::isInInfo)));
  }
}
