/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * A model whose networks have been checked and are ready to work.
 *
 * @param files it came from
 * @param declaration of its family
 * @param loading where and how its networks are loaded
 * @param denoiser predicts from noisy latents
 * @param autoencoder turns pictures into latents and back
 * @param conditioner encodes prompts
 */
public record LoadedModel(
    Model files,
    Declaration declaration,
    Loading loading,
    Denoiser denoiser,
    Autoencoder autoencoder,
    Conditioner conditioner)
    implements AutoCloseable {

  /** Returns the owner of all that is built; its device is where the model runs. */
  public NDManager manager() {
    return loading.manager();
  }

  /** Returns the kernels it runs on. */
  public Kernels kernels() {
    return loading.kernels();
  }

  /** Returns the precision it computes in. */
  public Precision precision() {
    return loading.precision();
  }

  /** Returns the networks whose weights are in memory. */
  public LoadedWeights weights() {
    return loading.weights();
  }

  /**
   * Checks a network that runs beside the model's own, in the model's precision. It is not among
   * {@link #weights} yet.
   *
   * @param name for messages
   * @param tensors of its files
   * @param builder builds it
   * @throws IOException if a tensor is missing or left over, or something is not supported
   */
  public <N> LazyNetwork<N> checked(
      String name, NetworkFiles.Tensors tensors, LazyNetwork.Builder<N> builder)
      throws IOException {
    return new NetworkFiles(tensors, Map.of(), Optional.empty(), manager(), kernels(), precision())
        .network(name, builder);
  }

  /**
   * Returns whether the denoiser may stay in memory while a picture is decoded.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public boolean fitsWhileDecoding(long width, long height) {
    double bytes = autoencoder.bytes(width, height) + denoiser.bytes() + autoencoder.bytes();
    return bytes <= weights().limit();
  }

  /** Frees its networks; the manager stays open. */
  @Override
  public void close() {
    conditioner.close();
    weights().close();
  }
}
