/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.Steering;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.unet.KeyValueCache;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

/**
 * A ControlNet with its image.
 *
 * @param net steers the U-Net
 * @param image {@code [1, 3, h, w]}, float32, RGB, 0…1, of the picture's size; it must stay open
 *     until the run is closed
 * @param entry its weight and the part of the steps in which it acts
 */
record Control(ControlNet net, NDArray image, Entry entry) implements Steering {

  @Override
  public Session begin(Conditioning conditioning, int before, int total, NDManager run) {
    return new ControlSession(conditioning, before, total, run);
  }

  /** As diffusers' {@code controlnet_keep}. */
  @Override
  public boolean acts(int evaluation, int total) {
    double begin = (double) evaluation / total;
    double end = (double) (evaluation + 1) / total;
    return entry.weight() != 0 && begin >= entry.start() && end <= entry.end();
  }

  /** Computes the hint, and the keys and values of the prompts, at the first active evaluation. */
  private final class ControlSession implements Session {

    private final Conditioning conditioning;
    private final int before;
    private final int total;
    private final NDManager run;
    private NDArray hint;
    private KeyValueCache cache;

    ControlSession(Conditioning conditioning, int before, int total, NDManager run) {
      this.conditioning = conditioning;
      this.before = before;
      this.total = total;
      this.run = run;
    }

    @Override
    public List<Residuals> residuals(NDArray sample, Evaluation evaluation) {
      if (!acts(evaluation)) return List.of();
      if (hint == null) hint = net.hint(image, run);
      return residuals(sample, evaluation, hint);
    }

    @Override
    public Session of(View view) {
      return new ViewSession(this, view);
    }

    private boolean acts(Evaluation evaluation) {
      return Control.this.acts(before + evaluation.index(), total);
    }

    private List<Residuals> residuals(NDArray sample, Evaluation evaluation, NDArray hint) {
      if (cache == null) cache = net.context(conditioning, run);
      return List.of(net.residuals(sample, evaluation.timestep(), cache, hint, entry.weight()));
    }
  }

  /**
   * Sees the image in a view. The hints of all views would take gigabytes beside a large picture:
   * each is computed at every evaluation, in about 3 % of the time that the network takes.
   */
  private final class ViewSession implements Session {

    private final ControlSession whole;
    private final View view;

    ViewSession(ControlSession whole, View view) {
      this.whole = whole;
      this.view = view;
    }

    @Override
    public List<Residuals> residuals(NDArray sample, Evaluation evaluation) {
      if (!whole.acts(evaluation)) return List.of();
      try (NDManager local = sample.getManager().newSubManager()) {
        NDArray seen = view.times(net.factor()).of(image, local);
        return whole.residuals(sample, evaluation, net.hint(seen, local));
      }
    }

    @Override
    public Session of(View part) {
      return new ViewSession(whole, view.part(part));
    }
  }
}
