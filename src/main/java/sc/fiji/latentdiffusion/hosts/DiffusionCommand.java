package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import ij.ImagePlus;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import org.scijava.Cancelable;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.log.LogService;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.TextWidget;
import sc.fiji.latentdiffusion.engine.NativeLibrary;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.keys.MacroLine;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * What all commands do alike. A command that fails is cancelled with the message as reason, one
 * that the user stops without a reason, or Fiji would show it; either way it has no result.
 *
 * <p>It is no {@code ContextCommand}, whose field {@code context} would take the key of that name.
 */
public abstract class DiffusionCommand implements Command, Cancelable {

  /** The style of inputs that name a model. */
  public static final String MODEL_STYLE = "model";

  /** The style of texts that may have several lines. */
  public static final String TEXT_STYLE = TextWidget.AREA_STYLE;

  @Parameter private DiffusionService diffusion;

  @Parameter private LogService log;

  @Parameter(type = ItemIO.OUTPUT, label = "Result")
  private ImagePlus result;

  private List<ImagePlus> results = List.of();
  private boolean asked;
  private volatile boolean canceled;
  private volatile String cancelReason;

  /**
   * Checks all inputs but the image, without loading anything.
   *
   * @throws IllegalArgumentException with the message for the user
   */
  public void check() {}

  /**
   * Checks the input image and its selection, if the command has one.
   *
   * @throws IllegalArgumentException with the message for the user
   */
  public void checkImage() {}

  /**
   * Says what a run will take, quickly and with nothing loaded.
   *
   * @return a sentence; empty where it takes next to nothing
   * @throws IllegalArgumentException with the message for the user, as the run would
   * @throws IOException with the message for the user, as the run would
   */
  protected String estimate(Estimates estimates) throws IOException {
    return "";
  }

  /** What is to be said of the inputs as they stand now; may read headers of a model's files. */
  public final InputCheck verdict() {
    try {
      check();
      return new InputCheck(true, estimate(diffusion.estimates()));
    } catch (IllegalArgumentException | IOException e) {
      return new InputCheck(false, Failure.message(e));
    }
  }

  /** Checks that an image is a picture, and its selection a region, that can be worked on. */
  protected static void checkPicture(ImagePlus image) {
    ImageDiffusion.check(image);
  }

  /** Checks that there is an image; whether it is one of latents, only the model can say. */
  protected static void checkLatent(ImagePlus image) {
    if (image == null || image.getProcessor() == null) { // or closed
      throw new IllegalArgumentException(
          "Expected a latent image, but no image is open. Open one, or make one with Show"
              + " Latent….");
    }
  }

  /** The one call: makes the result and what else is to be opened, the result first. */
  protected abstract List<ImagePlus> work(ImageDiffusion images, Progress progress)
      throws IOException;

  /** Keeps the results as the command's outputs; a run that was stopped may have only stacks. */
  protected void keep(List<ImagePlus> made) {
    results = List.copyOf(made);
    result = isWhole(made) ? made.get(0) : null;
  }

  /** Whether the result is among what was made, and not only what had been opened beside it. */
  protected boolean isWhole(List<ImagePlus> made) {
    return true;
  }

  /** Replaces every free text of the inputs, which macros may have encoded. */
  protected abstract void eachText(UnaryOperator<String> change);

  /** How the picture is shown while it becomes: off, linear, tiny or decoded. */
  protected String preview() {
    return "off";
  }

  /** Runs the command; see the class for how it ends. */
  @Override
  public final void run() {
    try (RunProgress progress = new RunProgress(diffusion.context(), name(), this, preview())) {
      try {
        eachText(MacroLine::decode);
        check();
        checkImage();
        askForDownload();
        keep(work(diffusion.images(), progress));
        progress.ended();
      } catch (CancellationException e) {
        log.debug(e);
        progress.canceled();
        cancel(null);
      } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
        fail(e);
      }
    }
  }

  /** Where a model is run, for which PyTorch is needed: auto, cpu or gpu; empty for nowhere. */
  protected abstract String device();

  /** Asks who can answer; macros and scripts are refused later, with a message. */
  private void askForDownload() {
    if (device().isEmpty() || GraphicsEnvironment.isHeadless() || IJ.isMacro()) {
      return;
    }
    if (NativeLibrary.isMissing(device())) {
      String question = NativeLibrary.description() + " Download it now?";
      if (!IJ.showMessageWithCancel(name(), LineBreaks.wrapped(question))) {
        throw new CancellationException("The download was refused.");
      }
      NativeLibrary.allowDownload();
    }
  }

  /** What the user calls the command. */
  private String name() {
    return getClass().getAnnotation(Plugin.class).label();
  }

  private void fail(Throwable e) {
    String message = Failure.message(e);
    if (Failure.unexpected(e)) {
      log.error(message, e);
    } else {
      log.error(message);
    }
    cancel(LineBreaks.shown(message));
  }

  @Override
  public final boolean isCanceled() {
    return canceled;
  }

  @Override
  public final void cancel(String reason) {
    canceled = true;
    cancelReason = reason;
  }

  @Override
  public final String getCancelReason() {
    return cancelReason;
  }

  /** Remembers that a dialog has asked for the inputs: the run is to be recorded. */
  public final void setAsked() {
    asked = true;
  }

  /** Whether a dialog has asked for the inputs, and no macro or script has given them. */
  public final boolean isAsked() {
    return asked;
  }

  /** What the run has made, the result first; empty before it and where it was cancelled. */
  public final List<ImagePlus> results() {
    return results;
  }

  /** Whether images can be opened: without a screen only macros have some, in batch mode. */
  public static boolean canOpenImages() {
    return !GraphicsEnvironment.isHeadless() || IJ.isMacro();
  }

  /**
   * Opens in ImageJ 1.x what the run has made, if that can be, the result last, so that it is the
   * active image.
   */
  public void show() {
    if (!canOpenImages()) {
      return;
    }
    for (int i = results.size() - 1; i >= 0; i--) {
      results.get(i).show();
    }
  }
}
