/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Sight;

/**
 * A picture behind the sample, of which another one is made, as in virtual staining and restoration
 * (Saharia et al. 2021, arXiv:2111.05826): its scaled latents, or for a model on pixels itself.
 *
 * @param channels that the denoiser takes behind the sample's
 * @param isEncoded whether they are latents
 */
public record SecondPicture(int channels, boolean isEncoded) implements Sight {

  @Override
  public String label() {
    return "a model that sees a picture";
  }

  @Override
  public NDArray channels(Shown shown, Viewer viewer, NDManager owner) {
    if (isEncoded) return viewer.encode(shown.picture(), owner);
    return viewer.kernels().tensors().copy(owner, shown.picture());
  }

  @Override
  public int pictureChannels() {
    return isEncoded ? Sight.super.pictureChannels() : channels;
  }
}
