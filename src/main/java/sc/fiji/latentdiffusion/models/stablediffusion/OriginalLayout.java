package sc.fiji.latentdiffusion.models.stablediffusion;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * The layouts of single files with original names, recognised by the text encoders they hold. The
 * settings of each, which no such file has, are those of the model as it was published.
 */
public enum OriginalLayout {
  /** Stable Diffusion 1.x: CLIP ViT-L under the names of transformers. */
  SD1("sd1.json", Map.of("text_encoder", "cond_stage_model.transformer.")),
  /** Stable Diffusion 2.x: OpenCLIP ViT-H. */
  SD2("sd2.json", Map.of("text_encoder", "cond_stage_model.model.")),
  /** Stable Diffusion XL: CLIP ViT-L and OpenCLIP ViT-bigG. */
  SDXL(
      "sdxl.json",
      Map.of(
          "text_encoder", "conditioner.embedders.0.transformer.",
          "text_encoder_2", "conditioner.embedders.1.model.")),
  /** The refiner of Stable Diffusion XL: OpenCLIP ViT-bigG alone. */
  SDXL_REFINER("sdxl_refiner.json", Map.of("text_encoder_2", "conditioner.embedders.0.model."));

  public static final String UNET = "model.diffusion_model.";
  static final String VAE = "first_stage_model.";

  private final String resource;
  private final Map<String, String> textEncoders;

  OriginalLayout(String resource, Map<String, String> textEncoders) {
    this.resource = resource;
    this.textEncoders = textEncoders;
  }

  /** Returns the prefix of every component's names, by component. */
  public String prefix(String component) {
    return switch (component) {
      case "unet" -> UNET;
      case "vae" -> VAE;
      default -> textEncoders.get(component);
    };
  }

  /** Returns whether tensors with all of the text encoders' prefixes are there. */
  boolean fits(Set<String> names) {
    return textEncoders.values().stream()
        .allMatch(prefix -> names.stream().anyMatch(name -> name.startsWith(prefix)));
  }

  /** Returns whether a component's text encoder has OpenCLIP's names. */
  public boolean isOpenClip(String component) {
    return prefix(component).endsWith(".model.");
  }

  /** Reads the settings of all components: an object for each, in diffusers' keys. */
  public JsonObject settings() throws IOException {
    try (InputStream in = OriginalLayout.class.getResourceAsStream(resource)) {
      if (in == null) throw new IOException("the jar lacks " + resource + "; install it again");
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return JsonParser.parseString(json).getAsJsonObject();
    }
  }
}
