/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.BiFunction;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * The autoencoder of a Marigold model: encodes pictures, and decodes depth, −1…1 in all three
 * channels, or surface normals x, y, z of length 1.
 */
final class MarigoldAutoencoder implements Autoencoder {

  private final Autoencoder pictures;
  private final BiFunction<NDManager, NDArray, NDArray> meaning;

  private MarigoldAutoencoder(
      Autoencoder pictures, BiFunction<NDManager, NDArray, NDArray> meaning) {
    this.pictures = pictures;
    this.meaning = meaning;
  }

  /**
   * Decodes depth.
   *
   * @param pictures the model's own
   */
  static Autoencoder depth(Autoencoder pictures, Kernels kernels) {
    return new MarigoldAutoencoder(pictures, new SeeingKernels(kernels)::meanDepth);
  }

  /**
   * Decodes surface normals.
   *
   * @param pictures the model's own
   * @param half whether z is only positive, and its −1…1 stands for 0…1
   */
  static Autoencoder normals(Autoencoder pictures, Kernels kernels, boolean half) {
    SeeingKernels own = new SeeingKernels(kernels);
    return new MarigoldAutoencoder(pictures, (owner, x) -> own.normals(owner, x, half));
  }

  @Override
  public LatentSpace space() {
    return pictures.space();
  }

  @Override
  public NDArray encode(NDArray picture, NDManager owner) {
    return pictures.encode(picture, owner);
  }

  @Override
  public NDArray posterior(NDArray picture, NDManager owner) {
    return pictures.posterior(picture, owner);
  }

  @Override
  public NDArray decode(NDArray latents, NDManager owner) {
    try (NDArray decoded = pictures.decode(latents, owner)) {
      return meaning.apply(owner, decoded);
    }
  }

  @Override
  public void prepareDecoding(long width, long height) {
    pictures.prepareDecoding(width, height);
  }

  @Override
  public double bytes() {
    return pictures.bytes();
  }

  @Override
  public double bytes(long width, long height) {
    return pictures.bytes(width, height);
  }

  @Override
  public List<String> notes(long width, long height) {
    return pictures.notes(width, height);
  }
}
