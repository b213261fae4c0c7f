package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.ModelFolder;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Precision;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * Stable Diffusion 1.x and 2.x: one CLIP tokenizer and text encoder, a U-Net that takes latents
 * alone, a VAE.
 */
public final class StableDiffusion implements AutoCloseable {

  private static final List<String> NOT_OF_THIS_FAMILY =
      List.of("text_encoder_2", "text_encoder_3", "transformer", "prior", "image_encoder");

  private final List<TensorStore> stores = new ArrayList<>();
  private final ModelFolder model;
  private final NDManager manager;
  private final Kernels kernels;
  private final Precision precision;
  private final LoraLayers loraLayers;
  private final CLIPTokenizer tokenizer;
  private final CLIPTextModel textEncoder;
  private final UNet2DConditionModel unet;
  private final AutoencoderKL vae;

  private StableDiffusion(
      ModelFolder model, List<Lora> loras, NDManager manager, Precision precision)
      throws IOException {
    this.model = model;
    this.manager = manager;
    this.precision = precision;
    recognise(model);
    loraLayers = loraLayers(model, loras);
    kernels = new Kernels(manager);
    textEncoder = CLIPTextModel.of(weights("text_encoder"), model.config("text_encoder"));
    unet = UNet2DConditionModel.of(weights("unet"), model.config("unet"));
    vae = AutoencoderKL.of(weights("vae"), model.config("vae"));
    requireSameChannels();
    tokenizer = CLIPTokenizer.of(model, "tokenizer");
  }

  /**
   * Maps a model's weights.
   *
   * @param model the folder
   * @param loras merged into its weights as they are read
   * @param manager will own everything; its device is where the model runs
   * @param precision to compute in
   * @return the model
   * @throws IOException if a part is missing, or is not of this family, or a LoRA does not fit
   */
  public static StableDiffusion load(
      ModelFolder model, List<Lora> loras, NDManager manager, Precision precision)
      throws IOException {
    return new StableDiffusion(model, loras, manager, precision);
  }

  private static void recognise(ModelFolder model) throws IOException {
    for (String part : NOT_OF_THIS_FAMILY) {
      if (model.has(part)) {
        throw new IOException(
            "The model "
                + model.path()
                + " has a part "
                + part
                + ", which no Stable Diffusion 1.x or 2.x has; other families are not supported"
                + " by this version. Choose a Stable Diffusion 1.x or 2.x model.");
      }
    }
  }

  private static LoraLayers loraLayers(ModelFolder model, List<Lora> loras) throws IOException {
    Map<String, Map<String, StoredTensor>> tensors = new LinkedHashMap<>();
    if (!loras.isEmpty()) {
      for (String component : List.of("unet", "text_encoder")) {
        tensors.put(component, model.tensors(component));
      }
    }
    return new LoraLayers(loras, tensors);
  }

  private Weights weights(String component) throws IOException {
    Map<String, StoredTensor> tensors = model.tensors(component);
    TensorStore store =
        new TensorStore(tensors, loraLayers.of(component), manager, kernels, precision);
    stores.add(store);
    return Weights.of(store);
  }

  private void requireSameChannels() throws IOException {
    if (unet.inChannels() != vae.latentChannels()) {
      throw new IOException(
          "The U-Net of "
              + model.path()
              + " takes "
              + unet.inChannels()
              + " channels, the VAE makes "
              + vae.latentChannels()
              + "; expected as many. Inpainting and depth models are not supported by this"
              + " version.");
    }
  }

  /** Returns the folder it came from. */
  public ModelFolder model() {
    return model;
  }

  /** Returns the kernels it runs on. */
  public Kernels kernels() {
    return kernels;
  }

  /** Returns the network that predicts noise. */
  public UNet2DConditionModel unet() {
    return unet;
  }

  /** Returns the network between pictures and latents. */
  public AutoencoderKL vae() {
    return vae;
  }

  /** Returns what makes tokens of text. */
  public CLIPTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Encodes prompts, one batch entry each.
   *
   * @param tokens of each prompt
   * @param owner owns the result
   * @return the conditioning in the run's precision, {@code [prompts, tokens, d]}
   */
  public NDArray promptEmbeds(List<CLIPTokenizer.Tokens> tokens, NDManager owner) {
    long[][] ids = tokens.stream().map(CLIPTokenizer.Tokens::ids).toArray(long[][]::new);
    try (NDArray embeds = textEncoder.forward(ids, owner)) {
      return kernels.call(owner, "cast", embeds, precision.scalarType());
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    stores.forEach(TensorStore::close);
  }
}
