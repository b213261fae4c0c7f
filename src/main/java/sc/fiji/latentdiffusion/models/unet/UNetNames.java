/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The original names of a U-Net's modules ({@code input_blocks.4.1}) and diffusers' ({@code
 * down_blocks.1.attentions.0}), one table for both ways. The original counts blocks through all
 * levels; a down- or upsampler ends a level. The names themselves show how many levels and layers
 * there are, so any number is understood.
 */
public final class UNetNames {

  /** The beginning of the original names of a U-Net's tensors in a file of a whole model. */
  public static final String PREFIX = "model.diffusion_model.";

  /** A level of the down or up path. */
  private record Level(int layers, boolean attends, boolean sampler) {}

  private static final String[][] OUTSIDE = {
    {"time_embed.0", "time_embedding.linear_1"},
    {"time_embed.2", "time_embedding.linear_2"},
    {"label_emb.weight", "class_embedding.weight"},
    {"label_emb.0.0", "add_embedding.linear_1"},
    {"label_emb.0.2", "add_embedding.linear_2"},
    {"input_blocks.0.0", "conv_in"},
    {"middle_block.1", "mid_block.attentions.0"},
    {"out.0", "conv_norm_out"},
    {"out.2", "conv_out"}
  };

  private static final String[][] RESNET = {
    {"in_layers.0", "norm1"},
    {"in_layers.2", "conv1"},
    {"emb_layers.1", "time_emb_proj"},
    {"out_layers.0", "norm2"},
    {"out_layers.3", "conv2"},
    {"skip_connection", "conv_shortcut"}
  };

  private final Map<String, String> diffusers = new HashMap<>();
  private final Map<String, String> originals = new HashMap<>();

  private UNetNames(List<Level> down, List<Level> up) {
    for (String[] names : OUTSIDE) add(names[0], names[1]);
    addResnet("middle_block.0", "mid_block.resnets.0");
    addResnet("middle_block.2", "mid_block.resnets.1");
    addDown(down);
    addUp(up);
  }

  /**
   * Names all tensors anew.
   *
   * @param original by the names below {@link #PREFIX}
   * @return the same by diffusers' names; a tensor without one keeps its own
   */
  public static Map<String, StoredTensor> toDiffusers(Map<String, StoredTensor> original) {
    Places places = new Places(original.keySet());
    UNetNames names = new UNetNames(places.originalDown(), places.originalUp());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    original.forEach(
        (name, tensor) -> {
          String place = replaced(name, names.diffusers);
          String own = place == null ? name : place;
          tensors.put(own, tensor.named(own));
        });
    return tensors;
  }

  /**
   * Gives the original names, by which kohya's scripts name LoRAs of SDXL.
   *
   * @param modules in diffusers' names
   * @return the original names by them; a module without one is left out
   */
  public static Map<String, String> toOriginal(Collection<String> modules) {
    Places places = new Places(modules);
    UNetNames names = new UNetNames(places.diffusersDown(), places.diffusersUp());
    Map<String, String> originals = new LinkedHashMap<>();
    for (String module : modules) {
      String original = replaced(module, names.originals);
      if (original != null) originals.put(module, original);
    }
    return originals;
  }

  /** Replaces the longest beginning that is in the table; null if there is none. */
  private static String replaced(String name, Map<String, String> table) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
      String place = table.get(name.substring(0, end));
      if (place != null) return place + name.substring(end);
    }
    return null;
  }

  private void addDown(List<Level> levels) {
    int n = 1;
    for (int i = 0; i < levels.size(); i++) {
      String block = "down_blocks." + i;
      for (int j = 0; j < levels.get(i).layers(); j++) {
        addResnet("input_blocks." + n + ".0", block + ".resnets." + j);
        add("input_blocks." + n++ + ".1", block + ".attentions." + j);
      }
      if (levels.get(i).sampler()) {
        add("input_blocks." + n++ + ".0.op", block + ".downsamplers.0.conv");
      }
    }
  }

  private void addUp(List<Level> levels) {
    int n = 0;
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      String block = "up_blocks." + i;
      for (int j = 0; j < level.layers(); j++) {
        addResnet("output_blocks." + n + ".0", block + ".resnets." + j);
        if (level.attends()) add("output_blocks." + n + ".1", block + ".attentions." + j);
        n++;
      }
      String sampler = "output_blocks." + (n - 1) + (level.attends() ? ".2.conv" : ".1.conv");
      if (level.sampler()) add(sampler, block + ".upsamplers.0.conv");
    }
  }

  private void addResnet(String original, String place) {
    for (String[] names : RESNET) add(original + "." + names[0], place + "." + names[1]);
  }

  private void add(String original, String place) {
    diffusers.put(original, place);
    originals.put(place, original);
  }

  /** The names of a network, which show its levels. */
  private static final class Places {

    private final TreeSet<String> names;

    Places(Collection<String> names) {
      this.names = new TreeSet<>(names);
    }

    private boolean has(String place) {
      String next = names.ceiling(place + ".");
      return next != null && next.startsWith(place + ".");
    }

    List<Level> originalDown() {
      List<Level> levels = new ArrayList<>();
      int layers = 0;
      for (int n = 1; has("input_blocks." + n); n++) {
        boolean sampler = has("input_blocks." + n + ".0.op");
        if (sampler) levels.add(new Level(layers, true, true));
        layers = sampler ? 0 : layers + 1;
      }
      levels.add(new Level(layers, true, false));
      return levels;
    }

    List<Level> originalUp() {
      List<Level> levels = new ArrayList<>();
      int layers = 0;
      boolean attends = false;
      for (int n = 0; has("output_blocks." + n); n++) {
        String block = "output_blocks." + n;
        layers++;
        attends |= has(block + ".1") && !has(block + ".1.conv");
        if (has(block + ".1.conv") || has(block + ".2.conv")) {
          levels.add(new Level(layers, attends, true));
          layers = 0;
          attends = false;
        }
      }
      levels.add(new Level(layers, attends, false));
      return levels;
    }

    List<Level> diffusersDown() {
      return diffusers("down_blocks.", "downsamplers");
    }

    List<Level> diffusersUp() {
      return diffusers("up_blocks.", "upsamplers");
    }

    private List<Level> diffusers(String path, String sampler) {
      List<Level> levels = new ArrayList<>();
      for (int i = 0; has(path + i); i++) {
        int layers = 0;
        while (has(path + i + ".resnets." + layers)) layers++;
        boolean attends = has(path + i + ".attentions");
        levels.add(new Level(layers, attends, has(path + i + "." + sampler)));
      }
      return levels;
    }
  }
}
