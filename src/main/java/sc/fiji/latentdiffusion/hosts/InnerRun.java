package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import java.io.IOException;
import java.util.Map;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.module.ModuleException;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ResultMemory;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** A command that another command runs, any number of times; nothing of it is shown. */
public final class InnerRun {

  private final AnswersCommand command;
  private final Inputs inputs;

  private InnerRun(AnswersCommand command, Inputs inputs) {
    this.command = command;
    this.inputs = inputs;
  }

  /**
   * Makes a command.
   *
   * @param type of the command
   * @param diffusion the service of the command that runs it
   * @param image that it works on, if it needs one; null for none
   */
  public static InnerRun of(
      Class<? extends AnswersCommand> type, DiffusionService diffusion, ImagePlus image) {
    try {
      CommandModule module = new CommandModule(new CommandInfo(type));
      diffusion.context().inject(module.getDelegateObject());
      Inputs inputs = new Inputs(module);
      inputs.setImage(image);
      return new InnerRun((AnswersCommand) module.getDelegateObject(), inputs);
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the command's label in the menu. */
  public String label() {
    return command.label();
  }

  /** Returns its inputs. */
  public Inputs inputs() {
    return inputs;
  }

  /**
   * Sets all inputs but the image: to the texts given, others to their defaults.
   *
   * @throws IllegalArgumentException if the command refuses one
   */
  public void set(Map<String, String> texts) {
    inputs.requireConditions(texts.keySet());
    inputs.setAll(texts);
    command.check();
    inputs.check();
  }

  /** Returns its present inputs as a request. */
  public Request request() {
    return command.request();
  }

  /** Returns the device that it runs on: auto, cpu or gpu. */
  public String device() {
    return command.device();
  }

  /** Estimates its time and memory. */
  public Estimate expected(Estimates estimates) throws IOException {
    return command.expected(estimates.withType(command.resultType()));
  }

  /** Returns a sentence on an estimate, for the user. */
  public static String sentence(Estimate expected) {
    return SamplingCommand.sentence(expected);
  }

  /**
   * Refuses more results than ImageJ's memory holds.
   *
   * @param count of the results
   * @param named the results, for the message
   * @throws IllegalArgumentException if they take more
   * @throws IOException if the model can't be found or read
   */
  public void requireMemory(int count, String named, Estimates estimates) throws IOException {
    ImagePlus image = inputs.image();
    ResultType type = command.resultType();
    if (image == null) estimates.withType(type).requireMemory(count, request(), named);
    else ResultMemory.require(count, ResultMemory.slice(image, type), named);
  }

  /**
   * Runs it with its present inputs.
   *
   * @return its results, not shown
   * @throws IllegalArgumentException if it refuses its image
   * @throws IOException if a file can't be read
   */
  public Results run(ImageDiffusion images, Progress progress) throws IOException {
    command.checkImage();
    return command.work(images.calledBy(inputs.call(Key::isInInfo)), progress);
  }
}
