/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.util.Optional;
import org.scijava.ItemIO;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.models.AttentionProbe;

/** A command that may open the quantities of every step, as stacks, tables and figures. */
public abstract class StepsCommand extends NetworkCommand {

  @Parameter(
      label = "Latents",
      description = "Opens the latents before every step, and the final ones.",
      attrs = {
        @Attr(name = Key.AFTER, value = "device"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.STACKS)
      })
  private boolean latents = false;

  @Parameter(
      label = "Noise",
      description = "Opens the noise that the model predicts at every step.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean noise = false;

  @Parameter(
      label = "Predicted latents",
      description = "Opens the latents of the final picture as predicted at every step.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean predicted = false;

  @Parameter(
      label = "Images",
      description =
          "Opens the picture as predicted at every step; x also what the model sees there, the"
              + " noisy latents, decoded.",
      choices = {"false", "true", "x"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private String decoded = "false";

  @Parameter(
      label = "Both halves of the noise",
      description =
          "Opens the noise that the model predicts with the prompt, and that with the negative one,"
              + " before guidance joins them.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean split = false;

  @Parameter(
      label = "Table",
      description =
          "Opens a table of numbers of every step – noise level, size of the latents, of the noise"
              + " and of the prediction, guidance – and plots of them.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean table = false;

  @Parameter(
      label = "Attention",
      description =
          "Opens where the model looks for each word of the prompt, at every step and on average.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean attention = false;

  @Parameter(
      label = "Montage",
      description =
          "Opens one picture of the run: latents, predicted noise and predicted picture of up to"
              + " six steps.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean montage = false;

  @Parameter(
      label = "Attention of point x,y",
      description =
          "Empty for none; else a pixel of the picture, as 64,32: opens where the model looks for"
              + " what it paints there.",
      required = false,
      persist = false,
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private String point = "";

  @Parameter(type = ItemIO.OUTPUT, label = "Latents by step")
  private ImagePlus latentsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Noise by step")
  private ImagePlus noisesteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Predicted latents by step")
  private ImagePlus predictedsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Images by step")
  private ImagePlus imagesteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Noisy images by step")
  private ImagePlus noisysteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Conditional noise by step")
  private ImagePlus conditionalsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Unconditional noise by step")
  private ImagePlus unconditionalsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Norms by step")
  private ImagePlus norms;

  @Parameter(type = ItemIO.OUTPUT, label = "Cosine by step")
  private ImagePlus cosine;

  @Parameter(type = ItemIO.OUTPUT, label = "Attention by step")
  private ImagePlus attentionsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Attention")
  private ImagePlus attentionimage;

  @Parameter(type = ItemIO.OUTPUT, label = "Attention of a point")
  private ImagePlus pointsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Montage")
  private ImagePlus montagesheet;

  @Parameter(type = ItemIO.OUTPUT, label = "Steps")
  private ResultsTable steptable;

  /** The stacks that are to be opened. */
  protected final Stacks stacks() {
    boolean noisy = decoded.equals("x");
    Stacks.Further further = new Stacks.Further(noisy, split, table, attention, montage, point());
    return new Stacks(latents, noise, predicted, noisy || decoded.equals("true"), further);
  }

  /** Whether the attention to words is to be opened. */
  protected final boolean showsAttention() {
    return attention;
  }

  /** The pixel whose attention is to be opened. */
  protected Optional<AttentionProbe.Pixel> point() {
    return Stacks.Further.point(point);
  }
}
