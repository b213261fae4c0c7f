/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.t5.T5TextEncoder;

/**
 * Checks that the networks of a model belong together, by their shapes.
 *
 * @param files of the model, for messages
 * @param transformer its transformer
 */
record SD3Match(Model files, SD3Transformer2DModel transformer) {

  /**
   * Checks.
   *
   * @param channels of the VAE's latents
   * @param clips both CLIP text encoders
   * @param t5 the T5 text encoder, if there is one
   * @throws IOException with what was expected and found
   */
  void require(int channels, List<TextEncoder> clips, Optional<T5TextEncoder> t5)
      throws IOException {
    requireEqual("latents of", "channels", transformer.channels(), "the VAE makes", channels);
    int pooled = clips.stream().mapToInt(TextEncoder::textWidth).sum();
    String give = "both CLIP text encoders give";
    requireEqual("whole prompts of", "numbers", transformer.pooledWidth(), give, pooled);
    int states = clips.stream().mapToInt(TextEncoder::width).sum();
    if (states > transformer.statesWidth()) {
      requireEqual("tokens of", "numbers", transformer.statesWidth(), give, states);
    }
    if (t5.isEmpty()) return;
    int width = t5.get().width();
    requireEqual("tokens of", "numbers", transformer.statesWidth(), "T5 gives", width);
  }

  private void requireEqual(String takes, String unit, int taken, String give, int given)
      throws IOException {
    if (taken == given) return;
    throw new IOException(
        "The transformer of "
            + files.path()
            + " takes "
            + takes
            + " "
            + taken
            + " "
            + unit
            + ", "
            + give
            + " "
            + given
            + ": they belong to different models. Choose another model.");
  }
}
