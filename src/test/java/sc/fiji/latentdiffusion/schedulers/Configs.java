package sc.fiji.latentdiffusion.schedulers;

import java.util.HashMap;
import java.util.Map;

/** Settings of models for tests. */
public final class Configs {

  private Configs() {}

  /** Returns Stable Diffusion 1.5's {@code scheduler_config.json}; a test may change the map. */
  public static Map<String, Object> stableDiffusion() {
    return new HashMap<>(
        Map.of(
            "beta_schedule",
            "scaled_linear",
            "beta_start",
            0.00085,
            "beta_end",
            0.012,
            "steps_offset",
            1,
            "skip_prk_steps",
            true,
            "set_alpha_to_one",
            false));
  }
}
