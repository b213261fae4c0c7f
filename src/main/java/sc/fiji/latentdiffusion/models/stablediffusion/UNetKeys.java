package sc.fiji.latentdiffusion.models.stablediffusion;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The original names of a U-Net's tensors ({@code input_blocks.4.1.proj_in.weight}) → diffusers'
 * ({@code down_blocks.1.attentions.0.proj_in.weight}). The original counts blocks through all
 * levels; which of them ends a level shows in its down- or upsampler, so any number of levels and
 * blocks is understood.
 */
public final class UNetKeys {

  private static final Map<String, String> RESNET =
      Map.of(
          "in_layers.0", "norm1",
          "in_layers.2", "conv1",
          "emb_layers.1", "time_emb_proj",
          "out_layers.0", "norm2",
          "out_layers.3", "conv2",
          "skip_connection", "conv_shortcut");
  private static final Map<String, String> TOP =
      Map.of(
          "time_embed.0", "time_embedding.linear_1",
          "time_embed.2", "time_embedding.linear_2",
          "label_emb.0.0", "add_embedding.linear_1",
          "label_emb.0.2", "add_embedding.linear_2",
          "input_blocks.0.0", "conv_in",
          "out.0", "conv_norm_out",
          "out.2", "conv_out");

  private final Set<String> names;
  private final Map<String, String> places = new LinkedHashMap<>(TOP);

  private UNetKeys(Set<String> names) {
    this.names = names;
    inputBlocks();
    middleBlock();
    outputBlocks();
  }

  /**
   * Names all tensors anew.
   *
   * @param original by the names below {@code model.diffusion_model.}
   * @return the same by diffusers' names; what has no place there keeps its own
   */
  public static Map<String, StoredTensor> toDiffusers(Map<String, StoredTensor> original) {
    UNetKeys keys = new UNetKeys(original.keySet());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    original.forEach((name, tensor) -> put(tensors, tensor.named(keys.diffusers(name))));
    return tensors;
  }

  private static void put(Map<String, StoredTensor> tensors, StoredTensor tensor) {
    tensors.put(tensor.name(), tensor);
  }

  /** The place with the longest name that this one begins with, and the rest. */
  private String diffusers(String name) {
    for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      String place = places.get(name.substring(0, dot));
      if (place != null) return place + name.substring(dot);
    }
    return name;
  }

  private void inputBlocks() {
    int level = 0;
    int layer = 0;
    for (int i = 1; has("input_blocks." + i); i++) {
      String block = "input_blocks." + i;
      String place = "down_blocks." + level;
      if (has(block + ".0.op")) {
        places.put(block + ".0.op", place + ".downsamplers.0.conv");
        level++;
        layer = 0;
      } else {
        resnet(block + ".0", place + ".resnets." + layer);
        places.put(block + ".1", place + ".attentions." + layer++);
      }
    }
  }

  private void middleBlock() {
    resnet("middle_block.0", "mid_block.resnets.0");
    places.put("middle_block.1", "mid_block.attentions.0");
    resnet("middle_block.2", "mid_block.resnets.1");
  }

  private void outputBlocks() {
    int level = 0;
    int layer = 0;
    for (int i = 0; has("output_blocks." + i); i++) {
      String block = "output_blocks." + i;
      String place = "up_blocks." + level;
      resnet(block + ".0", place + ".resnets." + layer);
      int sampler = has(block + ".1.conv") ? 1 : has(block + ".2.conv") ? 2 : 0;
      if (sampler != 1) places.put(block + ".1", place + ".attentions." + layer);
      layer++;
      if (sampler > 0) {
        places.put(block + "." + sampler + ".conv", place + ".upsamplers.0.conv");
        level++;
        layer = 0;
      }
    }
  }

  private void resnet(String from, String to) {
    RESNET.forEach((original, place) -> places.put(from + "." + original, to + "." + place));
  }

  private boolean has(String place) {
    return names.stream().anyMatch(name -> name.startsWith(place + "."));
  }
}
