package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import ij.plugin.frame.Recorder;
import org.scijava.module.Module;
import org.scijava.module.ModuleInfo;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.MacroLine;

/**
 * Records runs that a dialog has asked for, in ImageJ and in Fiji alike: each as one whole line,
 * when it has succeeded. What the hosts do themselves is to collect the options of the one command
 * that was begun last, so that those of two that run at a time would come under each other's name;
 * nor do they escape quotes and brackets.
 */
public final class Recording {

  /** The attribute of a command by which Fiji leaves recording to it. */
  public static final String OWN = "no-record";

  private Recording() {}

  /** Has ImageJ forget that it has begun to record a command, so that it writes no line itself. */
  public static void begin(ModuleInfo command) {
    if (label(command).equals(Recorder.getCommand())) {
      Recorder.disableCommandRecording();
    }
  }

  /** Writes the line of a run, if somebody records, and not within a macro, as ImageJ does. */
  public static void end(Module run) {
    if (IJ.recording() && !IJ.isMacro()) {
      Recorder.recordString((Recorder.scriptMode() ? "IJ." : "") + line(run) + "\n");
    }
  }

  /** The macro line that makes a run again, with all inputs as they were in the end. */
  public static String line(Module run) {
    return MacroLine.run(label(run.getInfo()), new Inputs(run).values());
  }

  private static String label(ModuleInfo command) {
    return command.getMenuPath().getLeaf().getName();
  }
}
