/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.NumberWidget;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.hosts.AnswersCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.EncodingCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.images.areas.AreaOptions;
import sc.fiji.latentdiffusion.images.imagej.PointSelection;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Repaints the selected region of the active image. */
@Plugin(
    type = Command.class,
    label = "Image to Image",
    description =
        "Repaints the selected region to match the prompt, in a copy of the active image.",
    menuPath = "Plugins>Latent Diffusion>Image to Image...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ImageToImage extends AnswersCommand {

  private static final String INTENSITY_AROUND =
      "The values that are black and white to the model: the display range, the full range of the"
          + " type (of the values, for 32 bit), the minimum and maximum given here, or the range of"
          + " the pixels around the selection and a tenth more, so that faint surroundings have"
          + " their full contrast. RGB is 0…255 unless it is around: then each colour has its own.";

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Strength",
      description = "How much of the region noise replaces first: 0 keeps it, 1 ignores it.",
      style = NumberWidget.SLIDER_STYLE,
      min = "0",
      max = "1",
      stepSize = "0.01",
      attrs = {
        @Attr(name = Key.AFTER, value = "steps"),
        @Attr(name = Key.PART, value = Key.UPPER),
        @Attr(name = Key.WIDE)
      })
  private double strength = 0.5;

  @Parameter(
      label = "Feather (px)",
      description =
          "Width of the soft edge inside the selection, over which the result fades into the"
              + " image.",
      min = "0",
      attrs = {
        @Attr(name = Key.AFTER, value = "weighting"),
        @Attr(name = Key.PART, value = Key.UPPER),
        @Attr(name = Key.ROW, value = "region"),
        @Attr(name = Key.USE, value = Key.SELECTION)
      })
  private double feather = 0;

  @Parameter(
      label = "Context (px)",
      description =
          "How many pixels around the selection the model sees, to make the result fit in.",
      min = "0",
      attrs = {
        @Attr(name = Key.PART, value = Key.UPPER),
        @Attr(name = Key.ROW, value = "region"),
        @Attr(name = Key.USE, value = Key.SELECTION)
      })
  private int context = 0;

  @Parameter(
      label = "Scale to the model's size",
      description = "Resizes the region to the model's size and back.",
      attrs = {@Attr(name = Key.PART, value = Key.UPPER), @Attr(name = Key.ROW, value = "region")})
  private boolean scale = false;

  @Parameter(
      label = "Channels (R,G,B)",
      description = EncodingCommand.CHANNELS,
      required = false,
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "channels"),
        @Attr(name = Key.USE, value = Key.CHANNELS)
      })
  private String channels = "";

  @Parameter(
      label = "Intensity",
      description = INTENSITY_AROUND,
      choices = {"display", "full", "given", "around"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "channels")})
  private String intensity = "display";

  @Parameter(
      label = "Minimum",
      description = EncodingCommand.MINIMUM,
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "channels/range"),
        @Attr(name = Key.USE, value = Key.GREY),
        @Attr(name = Key.WHERE, value = "intensity=given")
      })
  private double minimum = 0;

  @Parameter(
      label = "Maximum",
      description = EncodingCommand.MAXIMUM,
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "channels/range"),
        @Attr(name = Key.USE, value = Key.GREY),
        @Attr(name = Key.WHERE, value = "intensity=given")
      })
  private double maximum = 255;

  @Parameter(
      label = "Slices",
      description = "Stacks: the current slice, or all of them, one after the other.",
      choices = {"current", "all"},
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "slices"),
        @Attr(name = Key.USE, value = Key.STACK)
      })
  private String slices = "current";

  @Parameter(
      label = "Seeds of slices and areas",
      description =
          "The same noise for all slices, and for all areas that are repainted each in a run of"
              + " its own, or the next seed for each.",
      choices = {"same", "consecutive"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "slices")})
  private String seeds = "same";

  @Parameter(
      label = "ROIs",
      description =
          "The areas that are repainted: the selection of the image, or the ROIs of the ROI Manager"
              + " (the selected ones, or all) or of the overlay. A ROI with a position belongs to"
              + " its slice; lines and points are left out.",
      choices = {"selection", "manager", "overlay"},
      attrs = {
        @Attr(name = Key.AFTER, value = "overlap"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "areas")
      })
  private String rois = "selection";

  @Parameter(
      label = "Areas",
      description =
          "Several ROIs, or the parts of a selection: together in one run, or each in a run of its"
              + " own with its own bounds and context, on the result so far.",
      choices = {"together", "each"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "areas")})
  private String areas = "together";

  @Parameter(
      label = "Names are prompts",
      description =
          "Paints each ROI by its name as prompt, without a number that the ROI Manager adds, and"
              + " the rest by the prompt. ROIs that overlap share. Needs ROIs with names of your"
              + " own.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "areas")})
  private boolean regions = false;

  @Parameter(
      label = "Labels",
      description =
          "Opens an image of 16 bit with the number of each area, 0 elsewhere: with the result a"
              + " training pair. Where areas overlap the later one counts.",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "tiles/labels"),
        @Attr(name = Key.WINDOW)
      })
  private boolean labels = false;

  @Parameter(
      label = "Mask",
      description =
          "Empty for none; else the title or path of a grey image that weights what is repainted:"
              + " of 8 bit 0 (nothing) to 255, of 32 bit 0 to 1, of 16 bit labels, all above 0. It"
              + " is as large as the image, or is resized if the region is scaled.",
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.AFTER, value = "point"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "steering")
      })
  private String mask = "";

  @Parameter(
      label = "Guidance by the image",
      description =
          "InstructPix2Pix models: how strictly the result keeps to the image, from 1; more changes"
              + " less.",
      min = "1",
      persist = false,
      attrs = {
        @Attr(name = Key.AFTER, value = "class"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "further/seeing")
      })
  private double imageguidance = GuidanceOptions.IMAGE;

  @Parameter(
      label = "Noise level (0…350)",
      description =
          "Upscalers: how much noise the image gets before it is enlarged, as a timestep; more"
              + " noise lets the model invent more.",
      min = "0",
      persist = false,
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/seeing")})
  private int noiselevel = ImageToImageOptions.Shown.USUAL.noiseLevel();

  @Parameter(
      label = "Depth",
      description =
          "Models that see a depth image: its title or path; empty for the active image. Larger"
              + " values are nearer. It is as large as the image, or is resized.",
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.AFTER, value = "encoders"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "steering")
      })
  private String depth = "";

  @Parameter(
      label = "Coherence of slices",
      description =
          "Stacks, with slices=all: how far the picture that the model predicts of a slice is"
              + " averaged with those of its neighbours at every step, so that they flicker less."
              + " 0 repaints each slice for itself.",
      style = NumberWidget.SLIDER_STYLE,
      min = "0",
      max = "1",
      stepSize = "0.1",
      attrs = {
        @Attr(name = Key.AFTER, value = "labels"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.USE, value = Key.STACK),
        @Attr(name = Key.WHERE, value = "slices=all"),
        @Attr(name = Key.ROW, value = "tiles/labels")
      })
  private double coherence = 0;

  @Parameter(
      label = "Noise and texture of the image",
      description =
          "How much of the image's own fine noise and texture, which a model's pictures lack, the"
              + " result gets: 0 none, 1 as much as the image has.",
      min = "0",
      max = "1",
      stepSize = "0.1",
      attrs = {@Attr(name = Key.PART, value = Key.UPPER), @Attr(name = Key.ROW, value = "fit")})
  private double detail = 0;

  @Parameter(
      label = "Fit brightness to the surroundings",
      description =
          "Fits gain and offset of the result to the pixels around the selection, so that no edge"
              + " of brightness remains. Needs context.",
      attrs = {
        @Attr(name = Key.PART, value = Key.UPPER),
        @Attr(name = Key.USE, value = Key.SELECTION),
        @Attr(name = Key.ROW, value = "fit")
      })
  private boolean level = false;

  @Parameter(type = ItemIO.OUTPUT, label = "Labels")
  private ImagePlus labelled;

  private String subject; // reading the values of a large selection takes time

  @Override
  public void checkImage() {
    ImageDiffusion.check(whole(), options().areas());
  }

  /** The image without a point selection. */
  private ImagePlus whole() {
    return PointSelection.isIn(image) ? PointSelection.without(image) : image;
  }

  /** The image, which a point selection leaves whole where attention is asked for. */
  private ImagePlus worked() {
    return showsAttention() ? whole() : image;
  }

  /** The pixel whose attention is to be opened: that of the key, or of a point selection. */
  @Override
  protected Optional<AttentionProbe.Pixel> point() {
    Optional<AttentionProbe.Pixel> named = super.point();
    boolean isSelected = named.isEmpty() && showsAttention() && PointSelection.isIn(image);
    return isSelected ? Optional.of(PointSelection.first(image)) : named;
  }

  @Override
  protected Request request() {
    Request request = super.request().withStrength(strength);
    return request.withGuidance(request.guidance().withImage(imageguidance));
  }

  private ImageToImageOptions options() {
    return new ImageToImageOptions(
        new RegionOptions(feather, context, scale, detail, level),
        new ChannelMapping(channels, intensity, minimum, maximum),
        new Slices(slices, seeds, coherence),
        new AreaOptions(rois, areas, regions, labels, mask),
        new ImageToImageOptions.Shown(noiselevel, depth));
  }

  @Override
  public void check() {
    super.check();
    answers().require(options().slices());
  }

  @Override
  public Map<String, String> used() {
    return ImageToImageOptions.range(whole(), options().mapping());
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    if (subject == null) subject = ImageSubject.of(whole()) + ".";
    if (Repair.isSuggested(whole(), chosen)) {
      return new DialogStart(
          "Repairs the selection from its surroundings: " + subject,
          Map.of("prompt", ""),
          Repair.suggested(whole(), library().builtIn(BuiltIn.REPAIR).size()));
    }
    return new DialogStart(
        "Repaints " + subject,
        ImageToImageOptions.suggested(whole(), library().builtIn(BuiltIn.DRAWING).size()),
        Map.of());
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    List<String> notes = new ArrayList<>(super.notes(estimates));
    notes.addAll(Repair.notes(request()));
    notes.addAll(estimates.areaNotes(worked(), request(), options()));
    return notes;
  }

  @Override
  protected Estimate expected(Estimates estimates) throws IOException {
    return estimates.answering(answers()).imageToImage(worked(), request(), options());
  }

  @Override
  protected Results sample(ImageDiffusion images, Progress progress) throws IOException {
    return images
        .answering(answers())
        .imageToImage(worked(), request(), options(), stacks(), progress);
  }
}
