package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.addons.Entry;

/**
 * A ControlNet at work in a run.
 *
 * @param net steers the U-Net
 * @param image it reads, {@code [1, 3, h, w]}, float32, RGB, 0…1, of the picture's size; it must
 *     stay open until the run is closed
 * @param choice its weight and the part of the steps in which it acts
 * @param title of the image, to tell what made a result
 */
public record Control(ControlNet net, NDArray image, Entry choice, String title) {

  /**
   * Whether it acts at an evaluation: diffusers' {@code controlnet_keep}.
   *
   * @param evaluation of the U-Net, from 0
   * @param evaluations of the whole run
   */
  boolean isActive(int evaluation, int evaluations) {
    double begin = (double) evaluation / evaluations;
    double end = (double) (evaluation + 1) / evaluations;
    return choice.weight() != 0 && begin >= choice.start() && end <= choice.end();
  }
}
