package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.unet.ControlResiduals;
import sc.fiji.latentdiffusion.models.unet.KeyValueCache;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/** The ControlNets of one run, which have seen their images and the prompts. */
public final class Controls {

  private final List<Control> controls;
  private final List<NDArray> hints = new ArrayList<>();
  private final List<KeyValueCache> contexts = new ArrayList<>();
  private final int before;
  private final int total;

  /**
   * @param controls any number
   * @param before how many evaluations of the whole run are left out
   * @param total evaluations of the whole run
   * @param conditioning of the prompts; it must stay open
   * @param owner owns what they have seen
   */
  public Controls(
      List<Control> controls, int before, int total, Conditioning conditioning, NDManager owner) {
    this.controls = controls;
    this.before = before;
    this.total = total;
    for (Control control : controls) {
      hints.add(control.net().hint(control.image(), owner));
      contexts.add(control.net().context(conditioning, owner));
    }
  }

  /**
   * What they add at a step; those that do not act are left out.
   *
   * @param sample {@code [b, c, h, w]} of {@code b} prompts, float32
   * @return to be closed
   */
  public List<ControlResiduals> residuals(NDArray sample, Evaluation evaluation) {
    List<ControlResiduals> residuals = new ArrayList<>();
    for (int i = 0; i < controls.size(); i++) {
      Control control = controls.get(i);
      if (control.isActive(before + evaluation.index(), total)) {
        double weight = control.choice().weight();
        KeyValueCache context = contexts.get(i);
        residuals.add(
            control.net().residuals(sample, evaluation.timestep(), context, hints.get(i), weight));
      }
    }
    return residuals;
  }
}
