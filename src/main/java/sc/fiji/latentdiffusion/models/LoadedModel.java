package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.clip.CLIPTokenizer;
import sc.fiji.latentdiffusion.models.clip.Prompt;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.vae.Vae;
import sc.fiji.latentdiffusion.models.vae.VaeDecoder;
import sc.fiji.latentdiffusion.models.vae.VaeEncoder;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The networks of a loaded model, and what its family makes of prompts. Loading checks all of them
 * by the headers of their files; the weights of each are read when it first has something to do.
 */
public final class LoadedModel implements AutoCloseable {

  private final List<CLIPTokenizer> tokenizers = new ArrayList<>();
  private final Model model;
  private final Declaration declaration;
  private final NDManager manager;
  private final Kernels kernels;
  private final Precision precision;
  private final LoadedWeights residents;
  private final LoraLayers loraLayers;
  private final List<LazyNetwork<?>> textEncoders = new ArrayList<>();
  private final Conditioner promptEncoder;
  private final LazyNetwork<UNet2DConditionModel> unet;
  private final Vae vae;
  private final Vae vaeInFloat32;
  private final EncodedPrompts prompts;

  private LoadedModel(
      Model model,
      Family family,
      List<Lora> loras,
      NDManager manager,
      Precision precision,
      double memory)
      throws IOException {
    this.model = model;
    declaration = family.declare(model);
    this.manager = manager;
    this.precision = precision;
    residents = new LoadedWeights(memory);
    loraLayers = LoraLayers.of(loras, model, declaration);
    kernels = new Kernels(manager);
    prompts = new EncodedPrompts(kernels, manager);
    promptEncoder = family.promptEncoder(this);
    Config unetConfig = model.config("unet");
    unet = network("U-Net", files("unet", precision), w -> UNet2DConditionModel.of(w, unetConfig));
    Config vaeConfig = model.config("vae");
    vae = vae(vaeConfig, vaePrecision(vaeConfig));
    boolean narrow = vaePrecision(vaeConfig) == Precision.FLOAT16;
    vaeInFloat32 = narrow ? vae(vaeConfig, Precision.FLOAT32) : null;
    new PartsMatch(this).require();
  }

  /**
   * Checks a model's networks and LoRAs.
   *
   * @param model its files
   * @param family that it belongs to
   * @param loras merged into its weights as they are read
   * @param manager will own everything; its device is where the model runs
   * @param precision to compute in
   * @param memory how many bytes weights and decoding may take together; if that is less than they
   *     do, the networks make room for one another
   * @return the networks
   * @throws IOException if a part is missing, or parts do not belong together, or a LoRA does not
   *     fit
   */
  public static LoadedModel load(
      Model model,
      Family family,
      List<Lora> loras,
      NDManager manager,
      Precision precision,
      double memory)
      throws IOException {
    return new LoadedModel(model, family, loras, manager, precision, memory);
  }

  /** The same with memory enough. */
  public static LoadedModel load(
      Model model, Family family, List<Lora> loras, NDManager manager, Precision precision)
      throws IOException {
    return load(model, family, loras, manager, precision, Double.POSITIVE_INFINITY);
  }

  /** The same without a LoRA. */
  public static LoadedModel load(Model model, Family family, NDManager manager, Precision precision)
      throws IOException {
    return load(model, family, List.of(), manager, precision);
  }

  /** Some VAEs leave the range of float16 and say so. */
  private Precision vaePrecision(Config config) {
    boolean upcast = precision == Precision.FLOAT16 && config.flag("force_upcast", false);
    return upcast ? Precision.FLOAT32 : precision;
  }

  private Vae vae(Config config, Precision stored) throws IOException {
    NetworkFiles files = files("vae", stored);
    return new Vae(
        network("VAE's encoder", files, w -> VaeEncoder.of(w, config)),
        network("VAE's decoder", files, w -> VaeDecoder.of(w, config)));
  }

  private NetworkFiles files(String component, Precision stored) throws IOException {
    Map<String, List<WeightChange>> changes = loraLayers.of(component);
    return new NetworkFiles(() -> model.tensors(component), changes, manager, kernels, stored);
  }

  private <N> LazyNetwork<N> network(
      String label, NetworkFiles files, LazyNetwork.Builder<N> builder) throws IOException {
    return residents.add(files.network("The " + label + " of " + model.path(), builder));
  }

  /**
   * Checks a network that runs beside the model's own, in the model's precision; it is no resident
   * yet.
   *
   * @param name for messages
   * @param tensors of its files
   * @param builder builds it
   */
  public <N> LazyNetwork<N> checked(
      String name, NetworkFiles.Tensors tensors, LazyNetwork.Builder<N> builder)
      throws IOException {
    return new NetworkFiles(tensors, Map.of(), manager, kernels, precision).network(name, builder);
  }

  /** Checks a text encoder, whose weights are released whenever prompts have been encoded. */
  public LazyNetwork<CLIPTextModel> textEncoder(String component) throws IOException {
    Config config = model.config(component);
    LazyNetwork<CLIPTextModel> encoder =
        network("text encoder", files(component, precision), w -> CLIPTextModel.of(w, config));
    textEncoders.add(encoder);
    return encoder;
  }

  /** Builds a tokenizer; it is freed with the networks. */
  public CLIPTokenizer tokenizer(String component) throws IOException {
    CLIPTokenizer tokenizer = CLIPTokenizer.of(model, component);
    tokenizers.add(tokenizer);
    return tokenizer;
  }

  /** Returns whether the U-Net takes a mask and the masked picture's latents behind the latents. */
  public boolean inpaints() {
    return unet.outline().inChannels() == 2 * vae.config().latentChannels() + 1;
  }

  /** Returns the files it came from. */
  public Model model() {
    return model;
  }

  /** Returns what its family declares of it. */
  public Declaration declaration() {
    return declaration;
  }

  /** Returns the kernels it runs on. */
  public Kernels kernels() {
    return kernels;
  }

  /** Returns the precision it runs in. */
  public Precision precision() {
    return precision;
  }

  /** Returns the owner of all that is built. */
  public NDManager manager() {
    return manager;
  }

  /** Returns whose weights are in memory. */
  public LoadedWeights residents() {
    return residents;
  }

  /** Returns the network that predicts noise. */
  public LazyNetwork<UNet2DConditionModel> unet() {
    return unet;
  }

  /** Returns the networks between pictures and latents. */
  public Vae vae() {
    return vae;
  }

  /**
   * Returns the same in float32, for what leaves the range of float16; none where that can't be.
   */
  public Optional<Vae> vaeInFloat32() {
    return Optional.ofNullable(vaeInFloat32);
  }

  /**
   * Reads the weights of a half of the VAE, if they are not in memory, after room was made for what
   * it does with a picture.
   *
   * @param half encoder or decoder
   * @param work bytes that it will take beside its weights
   */
  public void prepareVae(LazyNetwork<?> half, double work) {
    residents.makeRoom(half, work);
    half.load();
  }

  /**
   * Returns whether the U-Net may stay in memory while a picture is decoded.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public boolean holdAll(long width, long height) {
    double work = vae.config().memory().bytes(width, height);
    return residents.hold(work, unet, vae.decoder());
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
   * @return as {@link Conditioner#encode}
   * @throws java.io.UncheckedIOException if a text encoder can't be read any more
   */
  public Conditioning conditioning(
      Prompt negative, Prompt prompt, int width, int height, NDManager owner) {
    EncodedPrompts.Key key = new EncodedPrompts.Key(negative, prompt, width, height);
    return prompts.get(
        key,
        keeper -> {
          try {
            textEncoders.forEach(encoder -> residents.makeRoom(encoder, 0));
            return promptEncoder.encode(negative, prompt, width, height, keeper);
          } finally {
            textEncoders.forEach(LazyNetwork::release);
          }
        },
        owner);
  }

  /** Returns what makes conditioning of prompts. */
  public Conditioner promptEncoder() {
    return promptEncoder;
  }

  @Override
  public void close() {
    tokenizers.forEach(CLIPTokenizer::close);
    prompts.close();
    residents.close();
  }
}
