package sc.fiji.latentdiffusion.models.stablediffusion;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The names that a U-Net's modules have in the original code of latent diffusion ({@code
 * input_blocks.1.1}) by the names they have in diffusers ({@code down_blocks.0.attentions.0}):
 * kohya's scripts name LoRAs of SDXL by them.
 */
public final class OriginalUNetNames {

  private static final Map<String, String> RESNET =
      Map.of(
          "norm1", "in_layers.0",
          "conv1", "in_layers.2",
          "time_emb_proj", "emb_layers.1",
          "norm2", "out_layers.0",
          "conv2", "out_layers.3",
          "conv_shortcut", "skip_connection");
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "conv_in", "input_blocks.0.0",
          "conv_out", "out.2",
          "time_embedding.linear_1", "time_embed.0",
          "time_embedding.linear_2", "time_embed.2",
          "add_embedding.linear_1", "label_emb.0.0",
          "add_embedding.linear_2", "label_emb.0.2");

  private final TreeSet<String> modules;
  private final Map<String, String> places = new HashMap<>(OUTSIDE);

  private OriginalUNetNames(Collection<String> modules) {
    this.modules = new TreeSet<>(modules);
    addDown();
    addMiddle();
    addUp();
  }

  /**
   * Gives the original names.
   *
   * @param modules in diffusers' names
   * @return the original names by them; a module without one is left out
   */
  public static Map<String, String> of(Collection<String> modules) {
    OriginalUNetNames names = new OriginalUNetNames(modules);
    Map<String, String> originals = new LinkedHashMap<>();
    for (String module : modules) {
      String original = names.original(module);
      if (original != null) {
        originals.put(module, original);
      }
    }
    return originals;
  }

  private void addDown() {
    int n = 1;
    for (int i = 0; has("down_blocks." + i); i++) {
      String block = "down_blocks." + i;
      for (int j = 0; has(block + ".resnets." + j); j++) {
        places.put(block + ".resnets." + j, "input_blocks." + n + ".0");
        places.put(block + ".attentions." + j, "input_blocks." + n++ + ".1");
      }
      if (has(block + ".downsamplers.0")) {
        places.put(block + ".downsamplers.0.conv", "input_blocks." + n++ + ".0.op");
      }
    }
  }

  private void addMiddle() {
    places.put("mid_block.resnets.0", "middle_block.0");
    places.put("mid_block.attentions.0", "middle_block.1");
    places.put("mid_block.resnets.1", "middle_block.2");
  }

  private void addUp() {
    int n = 0;
    for (int i = 0; has("up_blocks." + i); i++) {
      String block = "up_blocks." + i;
      for (int j = 0; has(block + ".resnets." + j); j++) {
        places.put(block + ".resnets." + j, "output_blocks." + n + ".0");
        places.put(block + ".attentions." + j, "output_blocks." + n++ + ".1");
      }
      int last = has(block + ".attentions") ? 2 : 1;
      places.put(block + ".upsamplers.0.conv", "output_blocks." + (n - 1) + "." + last + ".conv");
    }
  }

  private boolean has(String place) {
    String next = modules.ceiling(place + ".");
    return next != null && next.startsWith(place + ".");
  }

  /** The longest beginning that has a place is replaced; the names within a resnet, too. */
  private String original(String module) {
    for (int end = module.length(); end > 0; end = module.lastIndexOf('.', end - 1)) {
      String place = places.get(module.substring(0, end));
      if (place != null) {
        String rest = module.substring(Math.min(end + 1, module.length()));
        return rest.isEmpty() ? place : place + "." + RESNET.getOrDefault(rest, rest);
      }
    }
    return null;
  }
}
