/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.latents.LatentSource;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;

/** A command that shows a model the latents of an image, with a prompt. */
public abstract class LatentsCommand extends EncodingCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Clip skip",
      description = SamplingCommand.CLIP_SKIP,
      min = "1",
      max = "12",
      attrs = {
        @Attr(name = Key.AFTER, value = "device"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "reading")
      })
  private int clipskip = 1;

  @Parameter(
      label = "Brackets weigh words",
      description = SamplingCommand.WEIGHTING,
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "reading")})
  private boolean weighting = true;

  @Parameter(
      label = "Embeddings",
      description = SamplingCommand.EMBEDDINGS,
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "additions")
      })
  private String embeddings = "";

  @Parameter(
      label = "LoRA",
      description = SamplingCommand.LORA,
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "additions")
      })
  private String lora = "";

  @Override
  protected final ImagePlus picture() {
    return image;
  }

  @Override
  public final void checkImage() {
    LatentSource.check(image);
  }

  /** The image in words, for the first line of the dialog. */
  protected final String subject() {
    return LatentSource.isLatent(image) ? ImageSubject.ofLatents(image) : ImageSubject.of(image);
  }

  /** The model, its add-ons, and how it reads prompts, as a request; it has no prompt. */
  protected final Request readingRequest() {
    return modelRequest()
        .withPrompting(Prompting.DEFAULT.withReading(clipskip, weighting))
        .withAddOns(AddOns.of(this::text));
  }

  /** Keeps for the macro the LoRAs of a request, some of which may have stood in its prompt. */
  protected final void recordLoras(Request request) {
    lora = request.addOns().texts().get("lora");
  }
}
