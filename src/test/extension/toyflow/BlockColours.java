/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * The network of the component {@code autoencoder}. A pixel of the latents covers four blocks of 4
 * × 4 pixels; its 16 channels are a linear map of the blocks' mean colours, red of the four blocks,
 * then of green, then of blue. Another linear map leads back.
 */
final class BlockColours {

  /** Channels of the latents. */
  static final int CHANNELS = 16;

  /** Pixels of the picture in the width of a latent pixel. */
  static final int FACTOR = 8;

  /** Channels of pictures. */
  static final int COLOURS = 3;

  /** Blocks that a latent pixel covers. */
  private static final int BLOCKS = 4;

  private static final String ENCODER = "encoder.weight";
  private static final String DECODER = "decoder.weight";

  private final ToyKernels kernels;
  private final Parameters encoder;
  private final Parameters decoder;

  private BlockColours(Weights weights) throws IOException {
    weights.requireShape(ENCODER, CHANNELS, COLOURS * BLOCKS, 1, 1);
    weights.requireShape(DECODER, COLOURS * BLOCKS, CHANNELS, 1, 1);
    kernels = new ToyKernels(weights.kernels());
    encoder = weights.parameters(ENCODER);
    decoder = weights.parameters(DECODER);
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors, or their headers alone
   * @throws IOException if a tensor is missing, of another shape or left over
   */
  static BlockColours of(Weights weights) throws IOException {
    BlockColours colours = new BlockColours(weights);
    weights.requireAllRead("The autoencoder");
    return colours;
  }

  /**
   * Returns the linear map from latents to colours that previews paint with. In the published
   * weights four channels belong to a block: its red, green, blue and brightness.
   *
   * @param scale of the latents
   * @param shift of the latents
   * @return as {@link LatentSpace#colours}
   */
  static double[][] colours(double scale, double shift) {
    double[][] rows = new double[CHANNELS + 1][COLOURS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      int colour = channel % BLOCKS;
      if (colour < COLOURS) rows[channel][colour] = 1 / (BLOCKS * scale);
    }
    rows[CHANNELS] = new double[] {shift, shift, shift};
    return rows;
  }

  /**
   * Encodes a picture.
   *
   * @param picture {@code [b, 3, h, w]}, float32, −1…1, h and w multiples of 8
   * @param space scale and shift
   * @param owner owns the result
   * @return {@code [b, 16, h/8, w/8]}, float32
   */
  NDArray encode(NDArray picture, LatentSpace space, NDManager owner) {
    return kernels.encode(picture, encoder, space.scale(), space.shift(), owner);
  }

  /**
   * Decodes latents.
   *
   * @param latents {@code [b, 16, h, w]}, float32
   * @param space scale and shift
   * @param owner owns the result
   * @return {@code [b, 3, 8 h, 8 w]}, float32, about −1…1
   */
  NDArray decode(NDArray latents, LatentSpace space, NDManager owner) {
    return kernels.decode(latents, decoder, space.scale(), space.shift(), owner);
  }
}
