/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.tiny;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.Weights;

/** A loaded small decoder that fits a model's latents. */
public final class TinyDecoder implements AutoCloseable {

  private final TensorStore store;
  private final DecoderTiny network;

  private TinyDecoder(TinyDecoderFile file, LoadedModel networks) throws IOException {
    store =
        new TensorStore(
            file.tensors(), networks.manager(), networks.kernels(), networks.precision());
    try {
      network = DecoderTiny.of(Weights.of(store));
      requireFitting(file, networks.declaration().latents());
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Loads a small decoder.
   *
   * @param modelsFolder where it is looked for, see {@link TinyDecoderFile#find}
   * @param networks of the model whose latents it decodes
   * @return the decoder, to be closed before the model
   * @throws IOException if none is known or found, or it is damaged, or for other latents
   */
  public static TinyDecoder load(Path modelsFolder, LoadedModel networks) throws IOException {
    Optional<String> name = networks.declaration().latents().tinyDecoder();
    if (name.isEmpty()) {
      throw new IOException(
          "There is no small decoder for models of the family "
              + networks.declaration().label()
              + "; choose preview=linear or preview=decoded");
    }
    return new TinyDecoder(TinyDecoderFile.find(name.get(), modelsFolder), networks);
  }

  private void requireFitting(TinyDecoderFile file, LatentSpace latents) throws IOException {
    if (network.latentChannels() == latents.channels() && network.factor() == latents.factor()) {
      return;
    }
    throw new IOException(
        String.format(
            "The small decoder %s is for other latents: expected %d channels, 1/%d of the"
                + " picture's width, found %d channels, 1/%d. Take one of the model's family, or"
                + " choose preview=linear.",
            file.path(),
            latents.channels(),
            latents.factor(),
            network.latentChannels(),
            network.factor()));
  }

  /**
   * Decodes; see {@link DecoderTiny#decode}.
   *
   * @param latents as the U-Net has them, {@code [1, c, h, w]}, float32
   * @param owner owns the result
   */
  public NDArray decode(NDArray latents, NDManager owner) {
    return network.decode(latents, owner);
  }

  /** Frees its memory. */
  @Override
  public void close() {
    store.close();
  }
}
