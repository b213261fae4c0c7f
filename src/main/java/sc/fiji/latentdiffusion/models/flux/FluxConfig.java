/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.RotaryAxes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings of FLUX.1's transformer that its weights do not tell, with the defaults of
 * diffusers' {@code FluxTransformer2DModel}.
 *
 * @param heads of the attention
 * @param takesGuidance whether it takes the scale of guidance as an input
 * @param axes of the places: one that all tokens share, down, to the right
 */
record FluxConfig(int heads, boolean takesGuidance, RotaryAxes axes) {

  private static final String NETWORK = "The transformer";
  private static final String AXES = "axes_dims_rope";
  private static final String GUIDANCE = "guidance_embeds";
  private static final double THETA = 10000;

  /**
   * Reads the settings.
   *
   * @throws IOException if they ask for something that is not supported, naming it
   */
  static FluxConfig of(Config config) throws IOException {
    int patch = config.integer("patch_size", 1);
    ConfigCheck.refuse(patch != 1, NETWORK, "patch_size", patch);
    int taken = config.integer("in_channels", 64);
    int given = config.integer("out_channels", taken);
    ConfigCheck.refuse(taken != given, NETWORK, "in_channels", taken + " beside " + given);
    List<Integer> widths = config.has(AXES) ? config.integers(AXES) : List.of(16, 56, 56);
    boolean isWrong = widths.size() != 3 || widths.stream().anyMatch(w -> w < 2 || w % 2 != 0);
    ConfigCheck.refuse(isWrong, NETWORK, AXES, widths);
    return new FluxConfig(
        config.integer("num_attention_heads", 24, 1, 4096),
        takesGuidance(config),
        new RotaryAxes(THETA, widths));
  }

  /** Returns how it takes the scale of guidance. */
  static GuidanceForm guidance(Config config) {
    return takesGuidance(config) ? GuidanceForm.INPUT : GuidanceForm.UNUSED;
  }

  /** Returns whether it takes the scale of guidance as an input. */
  static boolean takesGuidance(Config config) {
    return config.flag(GUIDANCE, false);
  }
}
