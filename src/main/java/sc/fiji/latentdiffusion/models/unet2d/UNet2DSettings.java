/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.seeing.SecondPicture;
import sc.fiji.latentdiffusion.models.unet.UNetConfig;
import sc.fiji.latentdiffusion.models.vae.VaeConfig;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedules;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * What the settings of a model without words tell of it.
 *
 * @param model whose settings they are
 * @param unet those of its network
 */
record UNet2DSettings(Model model, Config unet) {

  private static final String IN = "in_channels";
  private static final String OUT = "out_channels";

  static UNet2DSettings of(Model model) throws IOException {
    return new UNet2DSettings(model, model.config(UNet2DFamily.UNET.name()));
  }

  /** Returns the name of its autoencoder; empty for a model of pixels. */
  Optional<String> autoencoder() {
    return Stream.of(UNet2DFamily.VAE, UNet2DFamily.VQVAE)
        .map(Component::name)
        .filter(model.named()::contains)
        .findFirst();
  }

  private boolean isOfPixels() {
    return autoencoder().isEmpty();
  }

  /**
   * Checks that the model can be run.
   *
   * @throws IOException if it can't, naming the setting
   */
  void check() throws IOException {
    requirePipeline(model.index().text("_class_name", ""));
    for (String part : model.named()) {
      String found = UNet2DLayout.className(model.index(), part);
      requireClass(part, found);
    }
    requireClass(UNet2DFamily.UNET.name(), unet.text("_class_name", network()));
    if (takesRows()) UNetConfig.check("The U-Net", unet);
    else UNet2DConfig.check(unet);
    if (isOfPixels()) {
      sight(out());
    } else {
      String vae = autoencoder().orElseThrow();
      Autoencoders.check(model, vae);
      sight(Autoencoders.channels(model.config(vae)).orElse(out()));
    }
    noiseSchedule();
  }

  /** A pipeline whose U-Net sees a picture in another way than others. */
  private void requirePipeline(String name) throws IOException {
    if (!name.equals("LDMSuperResolutionPipeline")) return;
    throw new IOException(
        "model_index.json of "
            + model.path()
            + " names the pipeline "
            + name
            + ", whose U-Net sees pixels beside latents, which is not supported. Choose another"
            + " model.");
  }

  private void requireClass(String part, String found) throws IOException {
    String expected =
        switch (part) {
          case "unet" -> network();
          case "vae", "vqvae" -> Autoencoders.CLASSES.contains(found) ? found : "AutoencoderKL";
          case "scheduler" -> found;
          default -> "no such part";
        };
    if (found.equals(expected)) return;
    throw new IOException(
        "The model "
            + model.path()
            + " has a part "
            + part
            + " of the class "
            + found
            + "; expected "
            + expected
            + ". Models without words are a UNet2DModel, or a UNet2DConditionModel that takes the"
            + " rows of a table, alone or with an AutoencoderKL or VQModel. Choose another model.");
  }

  /** Returns whether it takes the rows of a table in place of words. */
  boolean takesRows() {
    return UNet2DLayout.className(model.index(), UNet2DFamily.UNET.name())
        .equals(UNet2DLayout.CONDITIONAL);
  }

  private String network() {
    return takesRows() ? UNet2DLayout.CONDITIONAL : UNet2DLayout.NETWORK;
  }

  private int channels(String key) {
    return unet.integer(key, takesRows() ? 4 : 3);
  }

  private int out() {
    return channels(OUT);
  }

  /**
   * Returns the image that it sees: of the channels that it takes beyond those that it predicts.
   *
   * @param latents number of channels that the autoencoder makes, or of the pictures
   * @throws IOException if the numbers do not fit together
   */
  private Optional<Sight> sight(int latents) throws IOException {
    int seen = channels(IN) - out();
    boolean isFitting = seen >= 0 && out() == latents && (isOfPixels() || seen % latents == 0);
    if (!isFitting || !isOfPixels() && seen > latents) {
      throw new IOException(
          "The U-Net of "
              + model.path()
              + " takes "
              + channels(IN)
              + " channels and predicts "
              + out()
              + (isOfPixels() ? "" : ", and its autoencoder makes " + latents)
              + "; expected as many, or twice as many in, to see an image. Choose another model.");
    }
    return seen == 0 ? Optional.empty() : Optional.of(new SecondPicture(seen, !isOfPixels()));
  }

  /**
   * Declares the model; of an autoencoder the headers are read.
   *
   * @param label of the family
   * @param components of the model
   */
  Declaration declaration(String label, List<Component> components) throws IOException {
    if (isOfPixels()) {
      Declaration.Work work = (width, height, bytes) -> Pixels.bytes(out(), width, height);
      return declaration(label, components, Pixels.space(out()), work);
    }
    String vae = autoencoder().orElseThrow();
    LatentSpace latents =
        Autoencoders.latents(model, vae, VaeConfig.SCALING_FACTOR, Optional.empty());
    return declaration(label, components, latents, Autoencoders.work(model, vae));
  }

  private Declaration declaration(
      String label, List<Component> components, LatentSpace latents, Declaration.Work work)
      throws IOException {
    int halvings = Math.max(1, unet.texts("down_block_types").size()) - 1;
    Optional<Sight> sight = sight(latents.channels());
    boolean keeps = sight.isEmpty() && unet.has("block_out_channels");
    return new Declaration(
        label,
        components,
        latents.inMultiplesOf(takesRows() ? 1 : 1 << halvings),
        Declaration.Size.of(unet.integers("sample_size"), latents.factor()),
        0,
        keeps ? unet.integers("block_out_channels").get(0) : 0,
        work,
        Declaration.LoraNames.NONE,
        sight);
  }

  /** Returns the noise that it was trained with; without settings that of DDPM. */
  NoiseSchedule noiseSchedule() throws IOException {
    String scheduler = UNet2DFamily.SCHEDULER.name();
    Config config =
        model.named().contains(scheduler)
            ? model.config(scheduler)
            : Config.of(Map.of("_class_name", "DDPMScheduler"), model.path() + ", no scheduler");
    return isOfPixels() ? NoiseSchedules.ofPixels(config) : NoiseSchedules.of(config);
  }

  /**
   * Checks that the settings are those of the weights.
   *
   * @param in channels that the weights take
   * @param out channels that the weights predict
   * @throws IOException if not, naming the setting and the tensor
   */
  void requireMatch(int in, int out) throws IOException {
    requireMatch(model, IN, channels(IN), "conv_in.weight", in);
    requireMatch(model, OUT, channels(OUT), "conv_out.weight", out);
  }

  private static void requireMatch(Model model, String key, int asked, String tensor, int found)
      throws IOException {
    if (asked == found) return;
    throw new IOException(
        "The U-Net's config of "
            + model.path()
            + " has "
            + key
            + " = "
            + asked
            + ", its tensor "
            + tensor
            + " has "
            + found
            + " channels: config and weights belong to different models. Copy or download the"
            + " model again.");
  }
}
