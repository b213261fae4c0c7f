/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.module.ModuleException;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.plugins.Plugins;
import sc.fiji.latentdiffusion.progress.Progress;

/** A command that another command runs, any number of times; nothing of it is shown. */
public class InnerRun {

  private final DiffusionCommand command;
  private final Inputs inputs;

  /**
   * Makes a command.
   *
   * @param type of the command
   * @param diffusion the service of the command that runs it; null for a command whose inputs alone
   *     are asked
   */
  InnerRun(Class<? extends DiffusionCommand> type, DiffusionService diffusion) {
    try {
      CommandModule module = new CommandModule(new CommandInfo(type));
      if (diffusion != null) diffusion.context().inject(module.getDelegateObject());
      command = (DiffusionCommand) module.getDelegateObject();
      inputs = new Inputs(module);
    } catch (ModuleException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Makes the command of a label in the menu.
   *
   * @param label "Image to Image..."
   * @param diffusion the service of the command that runs it
   * @return empty if this plugin has no command of that label
   */
  public static Optional<InnerRun> named(String label, DiffusionService diffusion) {
    return Plugins.classes(Command.class).stream()
        .filter(found -> found.annotation().menuPath().endsWith(">" + label))
        .filter(found -> DiffusionCommand.class.isAssignableFrom(found.type()))
        .findFirst()
        .map(found -> new InnerRun(found.type().asSubclass(DiffusionCommand.class), diffusion));
  }

  /** Returns the command. */
  DiffusionCommand command() {
    return command;
  }

  /** Returns the command's label in the menu. */
  public final String label() {
    return command.label();
  }

  /** Returns its inputs. */
  public final Inputs inputs() {
    return inputs;
  }

  /** Returns whether each run makes an image of its own. */
  public final boolean makesImage() {
    return command.makesImage();
  }

  /**
   * Sets all inputs but the image: to the texts given, others to their defaults.
   *
   * @throws IllegalArgumentException if the command refuses one
   */
  public final void set(Map<String, String> texts) {
    inputs.requireConditions(texts.keySet());
    inputs.setAll(texts);
    command.check();
    inputs.check();
  }

  /** Lets its next dialog begin with texts by key, and with the defaults of all other keys. */
  public final void beginNext(Map<String, String> texts) {
    Map<String, String> all = inputs.defaults();
    all.putAll(texts);
    new LastValues(command, inputs.keys()).setNext(all);
  }

  /** Returns the device that it runs on: auto, cpu or gpu. */
  public final String device() {
    return command.device();
  }

  /**
   * Runs it with its present inputs.
   *
   * @return its results, not shown
   * @throws IllegalArgumentException if it refuses its image
   * @throws IOException if a file can't be read
   */
  public final Results run(ImageDiffusion images, Progress progress) throws IOException {
    command.checkImage();
    return command.work(images.calledBy(inputs.call(Key::isInInfo)), progress);
  }

  /** Sets the image that it works on; null for none. */
  public final void setImage(ImagePlus image) {
    inputs.replaceImage(image);
  }
}
