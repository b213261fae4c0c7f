package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.NumberWidget;
import sc.fiji.latentdiffusion.hosts.AnswersCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.Estimate;
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

  /** The meaning of {@code channels}. */
  static final String CHANNELS =
      "For composites: channel numbers of red, green, blue, as in 1,2,3; 0 for none, one number"
          + " alone as grey. Empty for the first three.";

  /** The meaning of {@code intensity} where no selection is repainted. */
  static final String INTENSITY =
      "The values that are black and white to the model: the display range, the full range of the"
          + " type (of the values, for 32 bit), or the minimum and maximum given here. RGB is"
          + " always 0…255.";

  private static final String INTENSITY_AROUND =
      "The values that are black and white to the model: the display range, the full range of the"
          + " type (of the values, for 32 bit), the minimum and maximum given here, or the range of"
          + " the pixels around the selection and a tenth more, so that faint surroundings have"
          + " their full contrast. RGB is 0…255 unless it is around: then each colour has its own.";

  /** The meaning of {@code minimum}. */
  static final String MINIMUM =
      "The value that is black to the model; it is used only with intensity=given.";

  /** The meaning of {@code maximum}. */
  static final String MAXIMUM =
      "The value that is white to the model; it is used only with intensity=given.";

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
      description = CHANNELS,
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
      description = MINIMUM,
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "range"),
        @Attr(name = Key.USE, value = Key.GREY),
        @Attr(name = Key.WHERE, value = "intensity=given")
      })
  private double minimum = 0;

  @Parameter(
      label = "Maximum",
      description = MAXIMUM,
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "range"),
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
      label = "Seeds of slices",
      description = "Stacks: the same noise for all slices, or the next seed for each slice.",
      choices = {"same", "consecutive"},
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "slices"),
        @Attr(name = Key.USE, value = Key.STACK)
      })
  private String seeds = "same";

  @Parameter(
      label = "Noise and texture of the image",
      description =
          "How much of the image's own fine noise and texture, which a model's pictures lack, the"
              + " result gets: 0 none, 1 as much as the image has.",
      min = "0",
      max = "1",
      stepSize = "0.1",
      attrs = {
        @Attr(name = Key.AFTER, value = "overlap"),
        @Attr(name = Key.PART, value = Key.UPPER)
      })
  private double detail = 0;

  @Parameter(
      label = "Fit brightness to the surroundings",
      description =
          "Fits gain and offset of the result to the pixels around the selection, so that no edge"
              + " of brightness remains. Needs context.",
      attrs = {
        @Attr(name = Key.PART, value = Key.UPPER),
        @Attr(name = Key.USE, value = Key.SELECTION)
      })
  private boolean level = false;

  private String subject; // reading the values of a large selection takes time

  @Override
  public void checkImage() {
    checkPicture(image);
  }

  @Override
  protected Request request() {
    return super.request().withStrength(strength);
  }

  private ImageToImageOptions options() {
    return new ImageToImageOptions(
        new RegionOptions(feather, context, scale, detail, level),
        new ChannelMapping(channels, intensity, minimum, maximum),
        new Slices(slices, seeds));
  }

  @Override
  public void check() {
    super.check();
    answers().require(options().slices());
  }

  @Override
  public Map<String, String> used() {
    return ImageToImageOptions.range(image, options().mapping());
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    if (subject == null) subject = ImageSubject.of(image) + ".";
    if (Repair.isSuggested(image, chosen)) {
      return new DialogStart(
          "Repairs the selection from its surroundings: " + subject,
          Map.of("prompt", ""),
          Repair.suggested(image, library().builtIn(BuiltIn.REPAIR).size()));
    }
    return new DialogStart(
        "Repaints " + subject,
        ImageToImageOptions.suggested(image, library().builtIn(BuiltIn.DRAWING).size()),
        Map.of());
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    List<String> notes = new ArrayList<>(super.notes(estimates));
    notes.addAll(Repair.notes(request()));
    estimates.sizeNote(image, request(), options().region()).ifPresent(notes::add);
    return notes;
  }

  @Override
  protected Estimate expected(Estimates estimates) throws IOException {
    return estimates.answering(answers()).imageToImage(image, request(), options());
  }

  @Override
  protected Results sample(ImageDiffusion images, Progress progress) throws IOException {
    return images
        .answering(answers())
        .imageToImage(image, request(), options(), stacks(), progress);
  }
}
