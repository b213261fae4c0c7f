/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import ij.ImagePlus;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.scijava.Cancelable;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.log.LogService;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.hosts.dialogs.InputCheck;
import sc.fiji.latentdiffusion.hosts.dialogs.LineBreaks;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Help;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.ModelLibrary;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * A command of the menu: a subclass declares its keys as SciJava {@code @Parameter}s, see {@link
 * sc.fiji.latentdiffusion.keys.Key}, and makes one call. Everything else that a command does in any
 * host is here. A command that fails is cancelled with the message as reason; one that the user
 * stops is cancelled without a reason, which Fiji would show. Either way it has no result.
 *
 * <p>It does not extend {@code ContextCommand}, since that has a field with the name of the key
 * {@code context}.
 */
public abstract class DiffusionCommand implements Command, Cancelable {

  /**
   * The menu root of commands that have a line in plugins.config. ImageJ makes their menu; with
   * another root Fiji would make it again, warn of each entry, and drop the separators.
   */
  public static final String MENU = "ImageJ";

  @Parameter private DiffusionService diffusion;

  @Parameter private LogService log;

  @Parameter(type = ItemIO.OUTPUT, label = "Result")
  private ImagePlus result;

  private final Cancellation cancellation = new Cancellation();
  private RunResults results = RunResults.none("");
  private Map<String, String> asked = Map.of();
  private List<String> said = List.of();

  /**
   * Checks all inputs but the image, without loading anything; declared ranges and choices are
   * checked afterwards in any case.
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
   * Estimates quickly, with nothing loaded, the time and memory of a run.
   *
   * @return a sentence; empty where it takes next to nothing
   * @throws IllegalArgumentException with the message for the user, as the run would
   * @throws IOException with the message for the user, as the run would
   */
  protected String estimate(Estimates estimates) throws IOException {
    return "";
  }

  /**
   * Notes on inputs that are right, and that may differ from what the user means.
   *
   * @throws IllegalArgumentException with the message for the user, as the run would
   * @throws IOException with the message for the user, as the run would
   */
  protected List<String> notes(Estimates estimates) throws IOException {
    return List.of();
  }

  /** Checks the present inputs, and estimates a run; may read headers of a model's files. */
  public final InputCheck verdict() {
    try {
      check();
      inputs().check();
      Estimates estimates = diffusion.estimates();
      said = notes(estimates);
      return new InputCheck(true, estimate(estimates), said);
    } catch (IllegalArgumentException | IOException e) {
      return InputCheck.wrong(Failure.message(e));
    }
  }

  /**
   * How the dialog begins, for the image that the command works on.
   *
   * @param chosen texts that the user has chosen, by key: the last time, and in this dialog
   */
  public DialogStart dialogStart(Map<String, String> chosen) {
    return DialogStart.NONE;
  }

  /**
   * The dialog is open; a command may begin to prepare its run.
   *
   * @param texts of the fields, by key
   */
  public void opened(Map<String, String> texts) {}

  /**
   * The values that a run with the present inputs uses in place of keys that another key makes
   * useless, as texts by key.
   */
  public Map<String, String> used() {
    return Map.of();
  }

  /** Values that the image gives for keys that a macro or a script does not name, as texts. */
  public Map<String, String> implied() {
    return Map.of();
  }

  /** The text behind the dialog's Help button, about keys in the dialog's order. */
  public final String help(List<Key> keys) {
    return Help.html(module().getInfo(), keys, about());
  }

  /** Paragraphs of the help in HTML, beside the meaning of the keys. */
  protected List<String> about() {
    return List.of();
  }

  /** Whether each run makes an image of its own; <i>Batch</i> can run it over many files. */
  protected boolean makesImage() {
    return inputs().takesImage();
  }

  /** The service that keeps the models loaded. */
  protected final DiffusionService service() {
    return diffusion;
  }

  /** The models to choose from. */
  protected final ModelLibrary library() {
    return diffusion.library();
  }

  /** The value of a text key; null if the command does not have the key. */
  protected final String text(String key) {
    CommandModule module = module();
    return module.getInfo().getInput(key) == null ? null : (String) module.getInput(key);
  }

  private CommandModule module() {
    return new CommandModule(new CommandInfo(getClass()), this);
  }

  /** Returns the present inputs. */
  protected final Inputs inputs() {
    return new Inputs(module());
  }

  /** Checks that an image is a picture, and its selection a region, that can be worked on. */
  protected static void checkPicture(ImagePlus image) {
    ImageDiffusion.check(image);
  }

  /** Checks that an image can hold latents; the run checks whether they are the model's. */
  protected static void checkLatent(ImagePlus image) {
    LatentImages.check(image);
  }

  /** The one call: makes the images and the table that are to be opened. */
  protected abstract Results work(ImageDiffusion images, Progress progress) throws IOException;

  /** The preview of a picture while it forms. */
  protected PreviewKind preview() {
    return PreviewKind.OFF;
  }

  /** Runs the command; see the class for how it ends. */
  @Override
  public final void run() {
    new CommandRun(this, diffusion).run();
  }

  /** What the status bar says of the command that has run; empty if it has not. */
  public final String ended() {
    return results.ended();
  }

  /** What the status bar says of a run that has succeeded, beside its time; may be empty. */
  protected String outcome() {
    return "";
  }

  /** The device that networks run on: auto, cpu or gpu; empty for a command that runs none. */
  protected String device() {
    return "";
  }

  /** The command's name in messages and titles. */
  public final String label() {
    return getClass().getAnnotation(Plugin.class).label();
  }

  /** Returns the notes that a dialog has shown. */
  final List<String> said() {
    return isAsked() ? said : List.of();
  }

  /** Keeps the results of a run, and gives them to the outputs. */
  final void finished(RunResults made) {
    results = made;
    made.putInto(module());
  }

  /** Ends a run that the user has stopped, after some last words. */
  final void stopped(CancellationException e, String words) {
    results = RunResults.none(words);
    log.debug(e);
    cancel(null);
  }

  /** Ends a run that has failed, after some last words. */
  final void failed(Throwable e, String words) {
    results = RunResults.none(words);
    Failure.keep(e);
    String message = Failure.message(e);
    if (Failure.unexpected(e)) {
      log.error(message, e);
    } else if (!cancellation.isHeld()) {
      log.error(message);
    }
    cancel(LineBreaks.shown(message));
  }

  /**
   * Cancels the command before it runs.
   *
   * @return the reason for whoever runs it, as {@link #getCancelReason} returns it
   */
  public final String refuse(Exception e) {
    cancel(LineBreaks.shown(Failure.message(e)));
    return getCancelReason();
  }

  /**
   * Keeps the reason of a failure from SciJava, which would show it in a box with the program's
   * title, while another part of the plugin will show it; or no longer.
   */
  public final void holdReason(boolean held) {
    cancellation.hold(held);
  }

  @Override
  public final boolean isCanceled() {
    return cancellation.isCanceled();
  }

  /** Cancels the command; no reason, null or empty, leaves an earlier one as it is. */
  @Override
  public final void cancel(String reason) {
    cancellation.cancel(reason);
  }

  @Override
  public final String getCancelReason() {
    return cancellation.reason();
  }

  /** Keeps the texts of a dialog's fields, by key; none if the dialog was given up. */
  public final void setAsked(Map<String, String> texts) {
    asked = Map.copyOf(texts);
  }

  /** The texts of the dialog that asked for the inputs; none if a macro or a script gave them. */
  public final Map<String, String> asked() {
    return asked;
  }

  /** Whether a dialog has asked for the inputs: the run is to be recorded. */
  public final boolean isAsked() {
    return !asked.isEmpty();
  }

  /**
   * Lets the next dialog begin with the texts of the one that asked for the inputs, but for those
   * that the image gives.
   */
  public final void remember() {
    Map<String, String> last = new HashMap<>(asked);
    last.keySet().removeAll(dialogStart(asked).given().keySet());
    new LastValues(this, inputs().keys()).set(last);
  }

  /** The images of the run, the result first; none before it and where it was cancelled. */
  public final List<ImagePlus> results() {
    return results.images();
  }

  /**
   * Opens the results of the run in ImageJ 1.x, the command's own image last, which makes it the
   * active image. After a dialog, titles name the input image. Macros, and those being recorded,
   * find their results by the titles alone, whatever image they are run on.
   */
  public final void show() {
    results.show(isAsked() && !IJ.recording());
  }
}
