/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.original;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;

/**
 * The tensors of a single file, in which each network has a place of its own, or the denoiser none.
 *
 * @param content of the file
 */
public record OriginalFile(TensorFile content) {

  /** Returns the names of all tensors. */
  public Set<String> names() {
    return content.tensors().keySet();
  }

  /** Returns whether one of the names begins so. */
  public static boolean has(Set<String> names, String beginning) {
    return names.stream().anyMatch(name -> name.startsWith(beginning));
  }

  /**
   * Returns the width of a network, which is the length of a bias.
   *
   * @param tensors of the network
   * @param bias its name
   * @param network for the message
   * @throws IOException if there is no such bias
   */
  public static long width(Map<String, StoredTensor> tensors, String bias, String network)
      throws IOException {
    StoredTensor found = tensors.get(bias);
    if (found != null && found.shape().length == 1) return found.shape()[0];
    throw new IOException(
        network + " lacks the tensor " + bias + ". Copy or download the model again.");
  }

  /**
   * Returns the tensors of a place, by the rest of their names.
   *
   * @param prefix the beginning of their names, with its dot; empty for all tensors
   */
  public Map<String, StoredTensor> below(String prefix) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    content
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (!name.startsWith(prefix)) return;
              String rest = name.substring(prefix.length());
              tensors.put(rest, tensor.named(rest));
            });
    return tensors;
  }

  /**
   * Returns the tensors of a denoiser, which stand below a place or in none.
   *
   * @param prefix the place
   * @param blocks the beginning of a name that says that they stand in none
   * @param others which of the names in no place belong to other networks
   */
  public Map<String, StoredTensor> denoiser(
      String prefix, String blocks, Predicate<String> others) {
    if (!has(names(), blocks)) return below(prefix);
    Map<String, StoredTensor> tensors = below("");
    tensors.keySet().removeIf(others);
    return tensors;
  }
}
