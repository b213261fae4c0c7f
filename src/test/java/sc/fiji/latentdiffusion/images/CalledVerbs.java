/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.commands.DecodeLatent;
import sc.fiji.latentdiffusion.commands.DenoiseLatent;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.keys.Calls;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** The verbs on images as the commands call them, without a host. */
public record CalledVerbs(ImageDiffusion verbs) {

  /** The verbs of models that are kept loaded. */
  public CalledVerbs(LoadedModels models, Supplier<Path> modelsFolder) {
    this(new ImageDiffusion(models, modelsFolder));
  }

  /** As {@link ImageDiffusion}. */
  public CalledVerbs previewingOn(Preview.Display window) {
    return new CalledVerbs(verbs.previewingOn(window));
  }

  /** As {@link ImageDiffusion}. */
  public CalledVerbs withType(ResultType type) {
    return new CalledVerbs(verbs.withType(type));
  }

  /** As {@link ImageDiffusion}. */
  public List<ImagePlus> textToImage(Request request, Stacks stacks, Progress progress)
      throws IOException {
    return verbs
        .calledBy(Calls.of(TextToImage.class, request, stacks))
        .textToImage(request, stacks, progress)
        .all();
  }

  /** As {@link ImageDiffusion}. */
  public List<ImagePlus> imageToImage(
      ImagePlus input,
      Request request,
      ImageToImageOptions options,
      Stacks stacks,
      Progress progress)
      throws IOException {
    return verbs
        .calledBy(Calls.of(ImageToImage.class, request, options, stacks))
        .imageToImage(input, request, options, stacks, progress)
        .all();
  }

  /** As {@link ImageDiffusion}. */
  public List<ImagePlus> denoiseLatent(
      ImagePlus latent, Request request, StepRange range, Stacks stacks, Progress progress)
      throws IOException {
    return verbs
        .calledBy(Calls.of(DenoiseLatent.class, request, range, stacks))
        .denoiseLatent(latent, request, range, stacks, progress)
        .all();
  }

  /** As {@link ImageDiffusion}. */
  public ImagePlus showLatent(
      ImagePlus input, ChannelMapping mapping, String model, String precision, String device)
      throws IOException {
    Request request = Request.defaults().withModel(model);
    Request here = request.withHardware(precision, device);
    return verbs
        .calledBy(Calls.of(ShowLatent.class, request, mapping))
        .showLatent(input, mapping, here, Progress.NONE);
  }

  /** As {@link ImageDiffusion}. */
  public ImagePlus decodeLatent(ImagePlus latent, String model, String precision, String device)
      throws IOException {
    Request request = Request.defaults().withModel(model);
    return verbs
        .calledBy(Calls.of(DecodeLatent.class, request))
        .decodeLatent(latent, request.withHardware(precision, device), Progress.NONE);
  }
}
