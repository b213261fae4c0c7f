/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.seeing.DepthMap;
import sc.fiji.latentdiffusion.models.seeing.Inpainting;
import sc.fiji.latentdiffusion.models.seeing.InstructPix2Pix;
import sc.fiji.latentdiffusion.models.seeing.Marigold;
import sc.fiji.latentdiffusion.models.seeing.SecondPicture;
import sc.fiji.latentdiffusion.models.seeing.Upscaler;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedules;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The image that a U-Net of Stable Diffusion sees, by the pipeline that {@code model_index.json}
 * names and the channels that the U-Net takes.
 */
final class SeenImage {

  /** Pipelines whose U-Nets see an image in another way than for inpainting. */
  static final Pattern PIPELINE =
      Pattern.compile(
          "StableDiffusion(XL)?InstructPix2PixPipeline|StableDiffusionDepth2ImgPipeline"
              + "|StableDiffusionUpscalePipeline|Marigold(Depth|Normals)Pipeline");

  private static final int MOST_NOISE = 350;

  private SeenImage() {}

  /**
   * Reads the pipeline's name, and the channels from the headers of the weights.
   *
   * @param channels of the VAE's latents
   * @return nothing if it sees no image
   * @throws IOException if the U-Net takes other channels than such models do
   */
  static Optional<Sight> of(Model model, int channels) throws IOException {
    Map<String, StoredTensor> unet = model.tensors(StableDiffusionFiles.UNET.name());
    return of(model, channels(unet, "conv_in.weight", 1), channels);
  }

  private static int channels(Map<String, StoredTensor> unet, String name, int axis)
      throws IOException {
    StoredTensor tensor = unet.get(name);
    if (tensor != null && tensor.shape().length == 4) return (int) tensor.shape()[axis];
    throw new IOException(
        "The U-Net lacks the tensor " + name + ". Copy or download the model again.");
  }

  /**
   * Reads the pipeline's name.
   *
   * @param taken channels of the U-Net's input
   * @param channels of the VAE's latents
   * @return nothing if it sees no image
   * @throws IOException if the U-Net takes other channels than such models do
   */
  static Optional<Sight> of(Model model, int taken, int channels) throws IOException {
    String pipeline = model.index().text("_class_name", "");
    Optional<Sight> sight =
        PIPELINE.matcher(pipeline).matches()
            ? Optional.of(named(model, pipeline, channels))
            : unnamed(taken, channels);
    int expected = channels + sight.map(Sight::channels).orElse(0);
    if (taken == expected) return sight;
    throw new IOException(
        "The U-Net of "
            + model.path()
            + " takes "
            + taken
            + " channels, the VAE makes "
            + channels
            + "; expected "
            + expected
            + (pipeline.isEmpty() ? "" : " for " + pipeline)
            + (sight.isPresent() ? "." : ", or more, to see an image: " + known(channels) + "."));
  }

  private static String known(int channels) {
    return (2 * channels + 1) + " for inpainting, " + 2 * channels + " for a picture";
  }

  private static Optional<Sight> unnamed(int taken, int channels) {
    if (taken == 2 * channels + 1) return Optional.of(new Inpainting(channels));
    if (taken == 2 * channels) return Optional.of(new SecondPicture(channels, true));
    return Optional.empty();
  }

  private static Sight named(Model model, String pipeline, int channels) throws IOException {
    Config index = model.index();
    if (pipeline.contains("Depth2Img")) return new DepthMap();
    if (pipeline.contains("InstructPix2Pix")) {
      return new InstructPix2Pix(channels, index.flag("is_cosxl_edit", false));
    }
    if (pipeline.contains("Upscale")) {
      Config noise = model.config(StableDiffusionFiles.LOW_RES_SCHEDULER.name());
      int most = index.integer("max_noise_level", MOST_NOISE, 0, 99_999);
      Config unet = model.config(StableDiffusionFiles.UNET.name());
      int told = unet.integer("num_class_embeds", most + 1) - 1;
      return new Upscaler(NoiseSchedules.of(noise), Math.min(most, told));
    }
    boolean areNormals = pipeline.contains("Normals");
    return new Marigold(channels, areNormals, !index.flag("use_full_z_range", true));
  }
}
