/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;

/**
 * Checks that the networks of a model belong together, by their shapes.
 *
 * @param files of the model, for messages
 * @param unet its U-Net
 */
record PartsMatch(Model files, UNet2DConditionModel unet) {

  /**
   * Checks the channels of the latents.
   *
   * @param channels of the VAE's latents
   * @param sight the image that the U-Net sees
   * @return what the U-Net takes beside them
   * @throws IOException with what was expected and found
   */
  Takes takes(int channels, Optional<Sight> sight) throws IOException {
    if (unet.outChannels() != channels) {
      throw new IOException(
          "The U-Net of "
              + files.path()
              + " predicts "
              + unet.outChannels()
              + " channels, the VAE makes "
              + channels
              + "; expected as many. Choose another model.");
    }
    boolean takesPrompts = sight.map(Sight::takesPrompts).orElse(true);
    boolean isToldNoise = sight.filter(one -> one.mostNoise() >= 0).isPresent();
    int classes = isToldNoise ? 0 : unet.classes();
    GuidanceForm guidance = unet.knowsGuidance() ? GuidanceForm.INPUT : GuidanceForm.JOINED;
    return new Takes(takesPrompts, guidance, classes, 0);
  }

  /**
   * Checks the widths of the conditioning.
   *
   * @param width of a token's state
   * @param addedWidth of what is added to the time embedding
   * @throws IOException with what was expected and found
   */
  void requireWidths(int width, int addedWidth) throws IOException {
    require("a conditioning of", unet.crossAttentionDim(), width);
    require("additions of", unet.addedWidth(), addedWidth);
  }

  private void require(String what, int taken, int given) throws IOException {
    if (taken == 0 || taken == given) return;
    throw new IOException(
        "The U-Net of "
            + files.path()
            + " takes "
            + what
            + " "
            + taken
            + " numbers, the text encoders give "
            + given
            + ": they belong to different models.");
  }
}
