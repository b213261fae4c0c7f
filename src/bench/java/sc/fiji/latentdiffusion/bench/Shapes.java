/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** The names and dimensions of a network's tensors, as diffusers names them, in the making. */
final class Shapes {

  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  /** The tensors so far, in order. */
  Map<String, long[]> all() {
    return shapes;
  }

  void tensor(String name, long... shape) {
    shapes.put(name, shape);
  }

  void norm(String name, long channels) {
    tensor(name + ".weight", channels);
    tensor(name + ".bias", channels);
  }

  void linear(String name, long in, long out) {
    matrix(name, in, out);
    tensor(name + ".bias", out);
  }

  /** A linear layer without bias. */
  void matrix(String name, long in, long out) {
    tensor(name + ".weight", out, in);
  }

  void conv(String name, long in, long out, long kernel) {
    tensor(name + ".weight", out, in, kernel, kernel);
    tensor(name + ".bias", out);
  }

  /**
   * @param temb channels of the time embedding; 0 in a VAE
   */
  void resnet(String name, long in, long out, long temb) {
    norm(name + ".norm1", in);
    conv(name + ".conv1", in, out, 3);
    if (temb > 0) linear(name + ".time_emb_proj", temb, out);
    norm(name + ".norm2", out);
    conv(name + ".conv2", out, out, 3);
    if (in != out) conv(name + ".conv_shortcut", in, out, 1);
  }
}
