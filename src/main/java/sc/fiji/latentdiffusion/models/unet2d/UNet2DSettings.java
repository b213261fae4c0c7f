package sc.fiji.latentdiffusion.models.unet2d;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.vae.VaeConfig;
import sc.fiji.latentdiffusion.models.vae.VaeLatents;
import sc.fiji.latentdiffusion.models.vae.VaeMemory;
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

  /** diffusers' own, where a config has none. */
  private static final int SAMPLE_SIZE = 64;

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
    for (String part : model.named()) {
      String found = UNet2DLayout.className(model.index(), part);
      requireClass(part, found);
    }
    requireClass(UNet2DFamily.UNET.name(), unet.text("_class_name", UNet2DLayout.NETWORK));
    UNet2DConfig.check(unet);
    requireEqualChannels();
    if (isOfPixels()) requirePicture();
    else VaeConfig.check(model.config(autoencoder().orElseThrow()));
    noiseSchedule();
  }

  private void requireClass(String part, String found) throws IOException {
    String expected =
        switch (part) {
          case "unet" -> UNet2DLayout.NETWORK;
          case "vae" -> "AutoencoderKL";
          case "vqvae" -> "VQModel";
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
            + ". Models without words are a UNet2DModel, alone or with an AutoencoderKL or VQModel."
            + " Choose another model.");
  }

  private int in() {
    return unet.integer(IN, 3);
  }

  private void requireEqualChannels() throws IOException {
    int out = unet.integer(OUT, 3);
    if (in() == out) return;
    throw new IOException(
        "The U-Net of "
            + model.path()
            + " takes "
            + in()
            + " channels and predicts "
            + out
            + ": a network that sees an image beside its noise can't be run yet. Expected as many"
            + " channels in as out. Choose another model.");
  }

  private void requirePicture() throws IOException {
    if (in() == 1 || in() == 3) return;
    throw new IOException(
        "The U-Net of "
            + model.path()
            + " makes pictures of "
            + in()
            + " channels; expected 1 (grey) or 3 (red, green and blue). Choose another model.");
  }

  /**
   * Declares the model; of an autoencoder the headers are read.
   *
   * @param label of the family
   * @param components of the model
   */
  Declaration declaration(String label, List<Component> components) throws IOException {
    if (isOfPixels()) {
      Declaration.Work work = (width, height, bytes) -> Pixels.bytes(in(), width, height);
      return declaration(label, components, Pixels.space(in()), work);
    }
    String vae = autoencoder().orElseThrow();
    Map<String, StoredTensor> tensors = model.tensors(vae);
    VaeMemory memory = VaeMemory.of(tensors, 1);
    Declaration.Work work = (width, height, bytes) -> memory.times(bytes).bytes(width, height);
    LatentSpace latents = VaeLatents.of(model.config(vae), tensors, memory.factor());
    return declaration(label, components, latents, work);
  }

  private Declaration declaration(
      String label, List<Component> components, LatentSpace latents, Declaration.Work work) {
    int multiple = 1 << (Math.max(1, unet.texts("down_block_types").size()) - 1);
    List<Integer> sizes = unet.integers("sample_size");
    int nativeSize = (sizes.isEmpty() ? SAMPLE_SIZE : sizes.get(0)) * latents.factor();
    return new Declaration(
        label,
        components,
        latents.inMultiplesOf(multiple),
        nativeSize,
        0,
        0,
        work,
        Declaration.LoraNames.NONE);
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
   * @throws IOException if not, naming the setting and the tensor
   */
  static void requireMatch(Model model, Config unet, UNet2DModel network) throws IOException {
    requireMatch(model, IN, unet.integer(IN, 3), "conv_in.weight", network.inChannels());
    requireMatch(model, OUT, unet.integer(OUT, 3), "conv_out.weight", network.outChannels());
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
