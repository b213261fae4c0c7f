/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import java.io.IOException;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ResultMemory;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Request;

/** <i>Text to Image</i> or <i>Image to Image</i> within another command. */
public final class InnerAnswers extends InnerRun {

  private final AnswersCommand command;

  /**
   * Makes a command.
   *
   * @param type of the command
   * @param diffusion the service of the command that runs it; null for a command whose inputs alone
   *     are asked
   * @param image that it works on, if it needs one; null for none
   */
  public InnerAnswers(
      Class<? extends AnswersCommand> type, DiffusionService diffusion, ImagePlus image) {
    super(type, diffusion);
    command = (AnswersCommand) command();
    setImage(image);
  }

  /** Returns its present inputs as a request. */
  public Request request() {
    return command.request();
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
    ImagePlus image = inputs().image();
    ResultType type = command.resultType();
    if (image == null) estimates.withType(type).requireMemory(count, request(), named);
    else ResultMemory.require(count, ResultMemory.slice(image, type), named);
  }
}
