/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.models.unet.UNetNames;

/**
 * The image that the U-Net of a single file sees, by the number of channels that it takes: 5 with a
 * depth image, 7 for the upscaler, 8 for InstructPix2Pix. A U-Net of 9 channels is for inpainting,
 * which needs no further settings.
 */
final class SeeingFile {

  private static final String INPUT = UNetNames.PREFIX + "input_blocks.0.0.weight";
  private static final String CLASSES = UNetNames.PREFIX + "label_emb.weight";
  private static final String NAME = "_class_name";

  private SeeingFile() {}

  /**
   * Completes the settings that a layout gives.
   *
   * @param layout of the file
   * @param content of the file
   * @param isCosine whether it is a CosXL, whose editing model sees scaled latents
   * @param index of the model
   * @param components settings of each
   * @throws IOException if a resource is missing
   */
  static void complete(
      OriginalLayout layout,
      TensorFile content,
      boolean isCosine,
      JsonObject index,
      Map<String, JsonObject> components)
      throws IOException {
    switch (taken(content)) {
      case 5 -> index.addProperty(NAME, "StableDiffusionDepth2ImgPipeline");
      case 7 -> {
        index.addProperty(NAME, "StableDiffusionUpscalePipeline");
        upscaler(content, components);
      }
      case 8 -> {
        String family = layout.isXL() ? "StableDiffusionXL" : "StableDiffusion";
        index.addProperty(NAME, family + "InstructPix2PixPipeline");
        index.addProperty("is_cosxl_edit", isCosine);
      }
      default -> {}
    }
  }

  private static int taken(TensorFile content) {
    StoredTensor input = content.tensors().get(INPUT);
    return input == null || input.shape().length < 2 ? 4 : (int) input.shape()[1];
  }

  /** Its settings are those of the model as it was published, over those of Stable Diffusion 2. */
  private static void upscaler(TensorFile content, Map<String, JsonObject> components)
      throws IOException {
    JsonObject published = OriginalLayout.published("upscaler.json");
    for (String name : published.keySet()) {
      JsonObject all = components.computeIfAbsent(name, key -> new JsonObject());
      JsonObject own = published.getAsJsonObject(name);
      own.keySet().forEach(key -> all.add(key, own.get(key)));
    }
    StoredTensor classes = content.tensors().get(CLASSES);
    if (classes != null) {
      JsonObject unet = components.get(StableDiffusionFiles.UNET.name());
      unet.addProperty("num_class_embeds", classes.shape()[0]);
    }
  }
}
