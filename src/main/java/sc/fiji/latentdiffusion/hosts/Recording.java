/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import ij.plugin.frame.Recorder;
import org.scijava.module.Module;
import org.scijava.module.ModuleInfo;
import sc.fiji.latentdiffusion.keys.Inputs;

/**
 * Records runs that a dialog has asked for, in ImageJ and in Fiji alike: each as one whole line,
 * when it has succeeded. The hosts' own recorder mixes the options of two commands that run at a
 * time, and does not escape quotes and brackets.
 */
public final class Recording {

  /** The attribute by which a command tells Fiji not to record it. */
  public static final String OWN = "no-record";

  private Recording() {}

  /** Stops ImageJ from recording a command itself. */
  public static void begin(ModuleInfo command) {
    if (Inputs.label(command).equals(Recorder.getCommand())) {
      Recorder.disableCommandRecording();
    }
  }

  /** Writes the line of a run if the recorder is open, but not within a macro, as ImageJ does. */
  public static void end(Module run) {
    if (IJ.recording() && !IJ.isMacro()) {
      Recorder.recordString((Recorder.scriptMode() ? "IJ." : "") + line(run) + "\n");
    }
  }

  /** The macro line that repeats a run, with the final values of all its keys. */
  public static String line(Module run) {
    return new Inputs(run).call(key -> true).line();
  }
}
