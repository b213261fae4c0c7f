/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.unet.UNetConfig;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Checks by its settings alone whether a model is one of Stable Diffusion's that can be run: names
 * of pipeline and networks, what networks ask for, channels, noise schedule. The networks
 * themselves check their settings by the same rules.
 */
final class StableDiffusionSettings {

  private static final String CLASS = "_class_name";

  /** Pipelines whose models take a prompt, and an image in latents or for inpainting. */
  private static final Pattern PIPELINE =
      Pattern.compile(
          "(StableDiffusion(XL)?|LatentConsistencyModel)"
              + "(ControlNet|Adapter|PAG|SAG|KDiffusion|Panorama|AttendAndExcite|Img2Img|Inpaint)*"
              + "Pipeline(Legacy|Safe)?");

  private StableDiffusionSettings() {}

  /**
   * Checks.
   *
   * @throws IOException if it can't be run, naming the setting
   */
  static void check(Model model) throws IOException {
    requirePipeline(model);
    Config unet = model.config(StableDiffusionFiles.UNET.name());
    Config vae = model.config(StableDiffusionFiles.VAE.name());
    requireClass(model, StableDiffusionFiles.UNET, unet, "UNet2DConditionModel");
    UNetConfig.check("The U-Net", unet);
    Autoencoders.check(model, StableDiffusionFiles.VAE.name());
    requireChannels(model, unet, vae);
    for (Component encoder :
        List.of(StableDiffusionFiles.TEXT_ENCODER, StableDiffusionFiles.TEXT_ENCODER_2)) {
      if (model.has(encoder.name())) CLIPTextModel.check(model.config(encoder.name()));
    }
    StableDiffusionFiles.noiseSchedule(model, List.of()); // refuses wrong values
  }

  private static void requirePipeline(Model model) throws IOException {
    String pipeline = model.index().text(CLASS, "");
    if (pipeline.isEmpty() || PIPELINE.matcher(pipeline).matches()) return;
    if (SeenImage.PIPELINE.matcher(pipeline).matches()) return;
    throw new IOException(
        ModelFolder.INDEX
            + " of "
            + model.path()
            + " names the pipeline "
            + pipeline
            + ", whose models take or make something else; expected StableDiffusionPipeline,"
            + " StableDiffusionXLPipeline or one of their kin. If it is a model like theirs, write"
            + " that name into the file.");
  }

  private static void requireClass(Model model, Component component, Config config, String expected)
      throws IOException {
    Object pair = model.index().toMap().get(component.name());
    String named = pair instanceof List<?> list && list.size() == 2 ? "" + list.get(1) : expected;
    for (String found : List.of(config.text(CLASS, expected), named)) {
      if (found.equals(expected)) continue;
      throw new IOException(
          "The component "
              + component.name()
              + " of "
              + model.path()
              + " is a "
              + found
              + "; expected "
              + expected
              + ". Choose another model.");
    }
  }

  private static void requireChannels(Model model, Config unet, Config vae) throws IOException {
    int taken = unet.integer("in_channels", 4);
    SeenImage.of(model, taken, Autoencoders.channels(vae).orElse(4));
  }
}
