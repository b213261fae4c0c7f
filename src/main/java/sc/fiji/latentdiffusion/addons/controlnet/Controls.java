package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.unet.KeyValueCache;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * The ControlNets of one run. Each reads its image and the prompts at the first evaluation in which
 * it acts. Not for use by several threads.
 */
public final class Controls {

  private final List<Reading> readings = new ArrayList<>();
  private final int before;
  private final int total;

  /**
   * Computes nothing yet.
   *
   * @param controls any number; their images must stay open
   * @param before how many evaluations of the whole run were made before
   * @param total evaluations of the whole run
   * @param conditioning of the prompts; it must stay open
   * @param owner owns what the ControlNets read
   */
  public Controls(
      List<Control> controls, int before, int total, Conditioning conditioning, NDManager owner) {
    this.before = before;
    this.total = total;
    controls.forEach(control -> readings.add(new Reading(control, conditioning, owner)));
  }

  /**
   * Computes the residuals of the ControlNets that act at an evaluation.
   *
   * @param sample {@code [b, c, h, w]} of {@code b} prompts, float32
   * @return to be closed
   */
  public List<Residuals> residuals(NDArray sample, Evaluation evaluation) {
    List<Residuals> residuals = new ArrayList<>();
    for (Reading reading : readings) {
      if (reading.control.isActive(before + evaluation.index(), total)) {
        residuals.add(reading.residuals(sample, evaluation.timestep()));
      }
    }
    return residuals;
  }

  /** A ControlNet with what it reads of its image and the prompts. */
  private static final class Reading {

    private final Control control;
    private final Conditioning conditioning;
    private final NDManager owner;
    private NDArray hint;
    private KeyValueCache prompts;

    Reading(Control control, Conditioning conditioning, NDManager owner) {
      this.control = control;
      this.conditioning = conditioning;
      this.owner = owner;
    }

    Residuals residuals(NDArray sample, double timestep) {
      ControlNet net = control.net();
      if (hint == null) {
        hint = net.hint(control.image(), owner);
        prompts = net.context(conditioning, owner);
      }
      return net.residuals(sample, timestep, prompts, hint, control.choice().weight());
    }
  }
}
