/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.util.Map;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Request;

/** A command that runs networks of a model. */
public abstract class NetworkCommand extends ModelCommand {

  @Parameter(
      label = "Precision",
      description =
          "Number format of the computation; auto picks the fastest suitable format. float16 needs"
              + " a graphics card.",
      choices = {"auto", "float32", "bfloat16", "float16"},
      attrs = {
        @Attr(name = Key.ANEW),
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "hardware")
      })
  private String precision = "auto";

  @Parameter(
      label = "Device",
      description =
          "Processor of the computation; auto takes an NVIDIA graphics card if there is one, else"
              + " the CPU. gpu:1 in a macro takes a certain card, counted from 0.",
      choices = {"auto", "cpu", "gpu"},
      attrs = {
        @Attr(name = Key.ANEW),
        @Attr(name = Key.MORE),
        @Attr(name = Key.OPEN),
        @Attr(name = Key.ROW, value = "hardware")
      })
  private String device = "auto";

  @Parameter(
      label = "VAE",
      description =
          "Empty for the model's own autoencoder; else the path of another – a single file, or a"
              + " folder in diffusers' layout –, or the name of one in the models folder.",
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "steering")
      })
  private String vae = "";

  @Parameter(
      label = "Encoders",
      description =
          "Empty for the model's own text encoders; else those of a file that has none, with commas"
              + " between them: paths, or names in the models folder, in any order. Each is"
              + " recognised by its tensors: CLIP-L, CLIP-G, T5, Qwen3.",
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "steering")
      })
  private String encoders = "";

  @Override
  public void opened(Map<String, String> texts) {
    service().opened(texts);
  }

  /** The number format: auto, float32, bfloat16 or float16. */
  protected final String precision() {
    return precision;
  }

  @Override
  protected final String device() {
    return device;
  }

  /** The name or path of another autoencoder; empty for the model's own. */
  protected final String vae() {
    return vae;
  }

  /** The names of other text encoders; empty for the model's own. */
  protected final String encoders() {
    return encoders;
  }

  /** The model, its parts and the hardware as a request; other values are the defaults. */
  protected final Request modelRequest() {
    return Request.defaults()
        .withModel(model())
        .withVae(vae)
        .withEncoders(encoders)
        .withHardware(precision, device);
  }
}
