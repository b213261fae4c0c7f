package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.ControlResiduals;
import sc.fiji.latentdiffusion.schedulers.Step;

/** The ControlNets of one run, which have seen their images. */
final class Controls {

  private final List<Control> controls;
  private final List<NDArray> hints = new ArrayList<>();
  private final int before;
  private final int total;

  /**
   * @param controls any number
   * @param before how many evaluations of the whole run are left out
   * @param total evaluations of the whole run
   * @param owner owns what they have seen
   */
  Controls(List<Control> controls, int before, int total, NDManager owner) {
    this.controls = controls;
    this.before = before;
    this.total = total;
    controls.forEach(control -> hints.add(control.net().hint(control.image(), owner)));
  }

  /**
   * What they add at a step; those that do not act are left out.
   *
   * @param sample {@code [b, c, h, w]}, float32
   * @param conditioning of {@code b} prompts
   * @return to be closed
   */
  List<ControlResiduals> residuals(NDArray sample, Step step, Conditioning conditioning) {
    List<ControlResiduals> residuals = new ArrayList<>();
    for (int i = 0; i < controls.size(); i++) {
      Control control = controls.get(i);
      if (control.isActive(before + step.index(), total)) {
        double weight = control.choice().weight();
        residuals.add(
            control.net().residuals(sample, step.timestep(), conditioning, hints.get(i), weight));
      }
    }
    return residuals;
  }
}
