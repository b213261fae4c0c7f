package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.io.Model;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Precision;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.Weights;

/** The networks of a loaded model, and what its family makes of prompts. */
public final class Networks implements AutoCloseable {

  private final List<TensorStore> stores = new ArrayList<>();
  private final List<CLIPTokenizer> tokenizers = new ArrayList<>();
  private final Model model;
  private final NDManager manager;
  private final Kernels kernels;
  private final Precision precision;
  private final LoraLayers loraLayers;
  private final UNet2DConditionModel unet;
  private final AutoencoderKL vae;
  private final PromptEncoder promptEncoder;
  private final List<ReleasableNetwork<?>> textEncoders = new ArrayList<>();
  private final EncodedPrompts prompts;

  private Networks(
      Model model, Family family, List<Lora> loras, NDManager manager, Precision precision)
      throws IOException {
    this.model = model;
    this.manager = manager;
    this.precision = precision;
    loraLayers = LoraLayers.of(loras, model);
    kernels = new Kernels(manager);
    prompts = new EncodedPrompts(kernels, manager);
    promptEncoder = family.promptEncoder(this);
    unet = UNet2DConditionModel.of(weights("unet", precision), model.config("unet"));
    Config vaeConfig = model.config("vae");
    vae = AutoencoderKL.of(weights("vae", vaePrecision(vaeConfig)), vaeConfig);
    requireFitting();
  }

  /**
   * Maps a model's weights.
   *
   * @param model its files
   * @param family that it belongs to
   * @param loras merged into its weights as they are read
   * @param manager will own everything; its device is where the model runs
   * @param precision to compute in
   * @return the networks
   * @throws IOException if a part is missing, or parts do not belong together, or a LoRA does not
   *     fit
   */
  public static Networks load(
      Model model, Family family, List<Lora> loras, NDManager manager, Precision precision)
      throws IOException {
    return new Networks(model, family, loras, manager, precision);
  }

  /**
   * Maps a model's weights as they are, as {@link #load(Model, Family, List, NDManager, Precision)}
   * without a LoRA.
   */
  public static Networks load(Model model, Family family, NDManager manager, Precision precision)
      throws IOException {
    return load(model, family, List.of(), manager, precision);
  }

  /** Some VAEs leave the range of float16 and say so. */
  private Precision vaePrecision(Config config) {
    boolean upcast = precision == Precision.FLOAT16 && config.flag("force_upcast", false);
    return upcast ? Precision.FLOAT32 : precision;
  }

  private Weights weights(String component, Precision stored) throws IOException {
    TensorStore store = store(component, stored);
    stores.add(store);
    return Weights.of(store);
  }

  private TensorStore store(String component, Precision stored) throws IOException {
    return new TensorStore(
        model.tensors(component), loraLayers.of(component), manager, kernels, stored);
  }

  /** Builds a text encoder; its weights are released whenever prompts have been encoded. */
  ReleasableNetwork<CLIPTextModel> textEncoder(String component) throws IOException {
    Config config = model.config(component);
    ReleasableNetwork<CLIPTextModel> encoder =
        new ReleasableNetwork<>(
            "The text encoder of " + model.path(),
            () -> store(component, precision),
            weights -> CLIPTextModel.of(weights, config));
    textEncoders.add(encoder);
    return encoder;
  }

  /** Builds a tokenizer; it is freed with the networks. */
  CLIPTokenizer tokenizer(String component) throws IOException {
    CLIPTokenizer tokenizer = CLIPTokenizer.of(model, component);
    tokenizers.add(tokenizer);
    return tokenizer;
  }

  private void requireFitting() throws IOException {
    if (unet.inChannels() != vae.latentChannels() && !inpaints()) {
      throw new IOException(
          "The U-Net of "
              + model.path()
              + " takes "
              + unet.inChannels()
              + " channels, the VAE makes "
              + vae.latentChannels()
              + "; expected as many, or "
              + (2 * vae.latentChannels() + 1)
              + " for inpainting. Models that take a depth map or a second picture are not"
              + " supported.");
    }
    requireWidth("a conditioning of", unet.crossAttentionDim(), promptEncoder.width());
    requireWidth("additions of", unet.addedWidth(), promptEncoder.addedWidth(unet.addedChannels()));
  }

  private void requireWidth(String what, int taken, int given) throws IOException {
    if (taken == 0 || taken == given) return;
    throw new IOException(
        "The U-Net of "
            + model.path()
            + " takes "
            + what
            + " "
            + taken
            + " numbers, the text encoders give "
            + given
            + ": they belong to different models.");
  }

  /** Returns whether the U-Net takes a mask and the masked picture's latents behind the latents. */
  public boolean inpaints() {
    return unet.inChannels() == 2 * vae.latentChannels() + 1;
  }

  /** Returns the files it came from. */
  public Model model() {
    return model;
  }

  /** Returns the kernels it runs on. */
  public Kernels kernels() {
    return kernels;
  }

  /** Returns the precision it runs in. */
  Precision precision() {
    return precision;
  }

  /** Returns the owner of all that is built. */
  NDManager manager() {
    return manager;
  }

  /** Returns the network that predicts noise. */
  public UNet2DConditionModel unet() {
    return unet;
  }

  /** Returns the network between pictures and latents. */
  public AutoencoderKL vae() {
    return vae;
  }

  /**
   * Encodes prompts, or gives what was made of them before. The text encoders' weights are in
   * memory only meanwhile.
   *
   * @param negative what should not be seen; null for none, where there is no guidance
   * @param prompt what should be seen
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @param owner owns the result
   * @return as {@link PromptEncoder#encode}
   * @throws java.io.UncheckedIOException if a text encoder can't be read any more
   */
  public Conditioning conditioning(
      Prompt negative, Prompt prompt, int width, int height, NDManager owner) {
    EncodedPrompts.Key key = new EncodedPrompts.Key(negative, prompt, width, height);
    return prompts.get(
        key,
        keeper -> {
          try {
            return promptEncoder.encode(negative, prompt, width, height, keeper);
          } finally {
            textEncoders.forEach(ReleasableNetwork::release);
          }
        },
        owner);
  }

  /** Returns what makes conditioning of prompts. */
  public PromptEncoder promptEncoder() {
    return promptEncoder;
  }

  @Override
  public void close() {
    tokenizers.forEach(CLIPTokenizer::close);
    prompts.close();
    textEncoders.forEach(ReleasableNetwork::close);
    stores.forEach(TensorStore::close);
  }
}
