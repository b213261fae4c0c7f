/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import sc.fiji.latentdiffusion.views.View;

/**
 * The channels of an image that a denoiser sees beside those of its latents.
 *
 * @param array {@code [1 or b, n, h, w]}, float32; null for none
 * @param areFirst whether they stand before the latents' channels
 */
public record SeenChannels(NDArray array, boolean areFirst) {

  /** No channels. */
  public static final SeenChannels NONE = new SeenChannels(null, false);

  /**
   * Lets a network work on latents with these channels.
   *
   * @param x {@code [b, c, h, w]}; stays open
   * @param work of the network on {@code [b, c + n, h, w]}
   * @return its result
   */
  public NDArray beside(NDArray x, Function<NDArray, NDArray> work) {
    if (array == null) return work.apply(x);
    Shape one = array.getShape();
    Shape all = new Shape(x.getShape().get(0), one.get(1), one.get(2), one.get(3));
    try (NDArray repeated = array.broadcast(all);
        NDArray whole = areFirst ? concat(repeated, x) : x.concat(repeated, 1)) {
      return work.apply(whole);
    }
  }

  /** The result belongs to the manager of the latents, as that of the network does. */
  private static NDArray concat(NDArray first, NDArray x) {
    NDArray whole = first.concat(x, 1);
    whole.attach(x.getManager());
    return whole;
  }

  /**
   * Joins those of several runs.
   *
   * @param each of one run, with one sample: all with the same channels, or all without
   * @return {@code [b, n, h, w]}, which belongs to the manager of the first
   */
  public static SeenChannels joined(List<SeenChannels> each) {
    SeenChannels first = each.get(0);
    if (first.array == null) return first;
    NDList arrays = new NDList(each.stream().map(SeenChannels::array).toList());
    return new SeenChannels(NDArrays.concat(arrays), first.areFirst);
  }

  /**
   * Returns those of several batch entries for each sample.
   *
   * @param entries at least 1
   */
  public SeenChannels times(int entries) {
    boolean isForAll = array == null || array.getShape().get(0) == 1;
    if (isForAll) return this;
    NDList copies = new NDList(Collections.nCopies(entries, array));
    return new SeenChannels(NDArrays.concat(copies), areFirst);
  }

  /**
   * Returns those of three batch entries for each sample, of which the first sees nothing.
   *
   * @param samples number of them
   */
  public SeenChannels unseenFirst(int samples) {
    NDArray each = array.getShape().get(0) == samples ? array : array.repeat(0, samples);
    return new SeenChannels(each.zerosLike().concat(each).concat(each), areFirst);
  }

  /** Returns those of a part of the latents, which the owner owns. */
  public SeenChannels of(View view, NDManager owner) {
    return array == null ? this : new SeenChannels(view.of(array, owner), areFirst);
  }
}
