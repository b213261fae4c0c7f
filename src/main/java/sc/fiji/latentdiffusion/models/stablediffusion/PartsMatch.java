package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import sc.fiji.latentdiffusion.io.model.Model;
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
   * @return what the U-Net takes beside them
   * @throws IOException with what was expected and found
   */
  Takes takes(int channels) throws IOException {
    return new Takes(true, inpaints(files, unet.inChannels(), channels), unet.knowsGuidance());
  }

  /**
   * Checks the channels of a U-Net and a VAE.
   *
   * @param files of the model, for messages
   * @param taken by the U-Net
   * @param channels of the VAE's latents
   * @return whether the U-Net takes a mask and the image beside the latents
   * @throws IOException with what was expected and found
   */
  static boolean inpaints(Model files, int taken, int channels) throws IOException {
    boolean inpaints = taken == 2 * channels + 1;
    if (inpaints || taken == channels) return inpaints;
    throw new IOException(
        "The U-Net of "
            + files.path()
            + " takes "
            + taken
            + " channels, the VAE makes "
            + channels
            + "; expected as many, or "
            + (2 * channels + 1)
            + " for inpainting. Models that take a depth map or a second picture are not"
            + " supported.");
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
