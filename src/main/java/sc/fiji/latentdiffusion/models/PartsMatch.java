package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;

/** Whether the networks of a model belong together, by what each takes and gives. */
record PartsMatch(LoadedModel networks) {

  /**
   * Checks.
   *
   * @throws IOException with what was expected and found
   */
  void require() throws IOException {
    UNet2DConditionModel unet = networks.unet().outline();
    Conditioner encoder = networks.promptEncoder();
    requireChannels(unet.inChannels(), networks.vae().config().latentChannels());
    requireWidth("a conditioning of", unet.crossAttentionDim(), encoder.width());
    requireWidth("additions of", unet.addedWidth(), encoder.addedWidth(unet.addedChannels()));
  }

  private void requireChannels(int taken, int given) throws IOException {
    if (taken == given || networks.inpaints()) return;
    throw new IOException(
        "The U-Net of "
            + networks.model().path()
            + " takes "
            + taken
            + " channels, the VAE makes "
            + given
            + "; expected as many, or "
            + (2 * given + 1)
            + " for inpainting. Models that take a depth map or a second picture are not"
            + " supported.");
  }

  private void requireWidth(String what, int taken, int given) throws IOException {
    if (taken == 0 || taken == given) return;
    throw new IOException(
        "The U-Net of "
            + networks.model().path()
            + " takes "
            + what
            + " "
            + taken
            + " numbers, the text encoders give "
            + given
            + ": they belong to different models.");
  }
}
