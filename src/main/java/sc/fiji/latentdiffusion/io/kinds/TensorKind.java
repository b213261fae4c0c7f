/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.kinds;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A kind of file with tensors, known by their names. A file is of the kind that most of its tensors
 * belong to, never of that of a single one; of equals the more special.
 *
 * @param text what such a file is, with its article
 * @param use how it is used, as the end of a message; or that it is not supported
 * @param names of its tensors: a part of each
 */
public record TensorKind(String text, String use, Pattern names) {

  private static final String NOT = "which is not supported";

  /** A LoRA, or one of its relatives with the names of its layers. */
  public static final TensorKind LORA =
      of(
          "a LoRA",
          "give it by the key lora",
          "^(lora|lycoris)_|\\.lora_(up|down|mid|A|B|magnitude)|[._]lora\\.(up|down)\\.|\\.hada_"
              + "|\\.lokr_|\\.b?oft_|\\.ia3_l|\\.glora_|\\.on_input$|\\.diff(_b)?$|\\.[wb]_norm$"
              + "|\\.alpha$|\\.processor\\.");

  /** A ControlNet. */
  public static final TensorKind CONTROLNET =
      of(
          "a ControlNet",
          "give it by the key control",
          "^control_model\\.|^controlnet_|^input_hint_block\\.|^zero_convs\\.");

  /** A textual inversion. */
  public static final TensorKind EMBEDDING =
      of(
          "a textual inversion",
          "give it by the key embeddings",
          "^(emb_params|clip_[lg]|text_encoders_[01]|\\*)$|^clip_[lg]\\.|^<.+>$|string_to_param"
              + "|^bundle_emb\\.");

  /** An autoencoder. */
  public static final TensorKind VAE =
      of(
          "a VAE alone",
          "give it by the key vae",
          "^(encoder|decoder|(post_)?quant_conv|first_stage_model)\\.");

  /** A part of a model. */
  public static final TensorKind UNET = of("a U-Net alone", "", "^model\\.diffusion_model\\.");

  /** A part of a model, whose family says what is missing. */
  public static final TensorKind SD3 =
      of("a transformer of Stable Diffusion 3", "", "joint_blocks\\.");

  /** A part of a model, whose family says what is missing. */
  public static final TensorKind FLUX =
      of("a transformer of FLUX.1", "", "(double|single)_blocks\\.");

  /** A part of a model, whose family says what is missing. */
  public static final TensorKind ZIMAGE =
      of(
          "a transformer of Z-Image",
          "",
          "(cap_embedder|noise_refiner|context_refiner)\\.|(x|cap)_pad_token$");

  private static final List<TensorKind> ALL =
      List.of(
          not("an AnimateDiff motion module or motion LoRA", "motion_modules?\\."),
          not("a ControlNet-LLLite", "^lllite_"),
          not("an IP-Adapter or InstantID", "^(image_proj|ip_adapter)\\.|\\.to_[kv]_ip\\."),
          not("a PhotoMaker", "^(id_encoder|lora_weights)\\."),
          not(
              "a T2I-Adapter",
              "^adapter\\.|^body\\.\\d+\\.(block[12]|in_conv|down_conv|resnets)\\."),
          not("a VeRA adapter", "vera_(A|B|lambda)"),
          LORA,
          CONTROLNET,
          EMBEDDING,
          SD3,
          FLUX,
          not("Playground 2.5", "^edm_(mean|std)$"),
          not("Lumina in one file", "(cap_embedder|noise_refiner|context_refiner)\\."),
          ZIMAGE,
          not("an upscaler (ESRGAN)", "^model\\.\\d+\\.|\\.(RDB|rdb)\\d"),
          not("a CLIP vision encoder", "^(vision_model|visual)\\."),
          UNET,
          of("a U-Net alone, in diffusers' names", "", "^(down_blocks|up_blocks|mid_block)\\."),
          of("a U-Net alone", "", "^(input_blocks|output_blocks|middle_block)\\."),
          VAE,
          of("a text encoder alone", "", "^(transformer\\.)?text_model\\."));

  private static TensorKind of(String text, String use, String names) {
    return new TensorKind(text, use, Pattern.compile(names));
  }

  private static TensorKind not(String text, String names) {
    return of(text, NOT, names);
  }

  /**
   * Recognises a file.
   *
   * @param names of its tensors
   * @return the kind of most of them; empty if none is known
   */
  public static Optional<TensorKind> of(Collection<String> names) {
    TensorKind found = null;
    long most = 0;
    for (TensorKind kind : ALL) {
      long count = names.stream().filter(name -> kind.names.matcher(name).find()).count();
      if (count <= most) continue;
      most = count;
      found = kind;
    }
    return Optional.ofNullable(found);
  }

  /** Returns whether one of the tensors belongs to this kind. */
  public boolean isIn(Collection<String> tensors) {
    return tensors.stream().anyMatch(name -> names.matcher(name).find());
  }

  /** Whether files of this kind are of no use here. */
  public boolean isUnsupported() {
    return use.equals(NOT);
  }

  /**
   * Says what a file is that was expected to be something else.
   *
   * @param expected with its article
   * @return the text after the file's name in a message
   */
  public String insteadOf(String expected) {
    if (isUnsupported()) return "is " + text + ", " + NOT + "; expected " + expected;
    return "is " + text + ", expected " + expected + (use.isEmpty() ? "" : "; " + use);
  }
}
