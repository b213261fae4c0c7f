/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import java.util.List;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.probes.NoiseProbe;

/**
 * The user's options of a probe.
 *
 * @param noise how often the model is asked
 * @param prompts to compare, at least one
 * @param maps whether the errors are shown as an image
 * @param mapping of a picture's values to colours
 */
public record ProbeOptions(
    NoiseProbe.Options noise, List<String> prompts, boolean maps, ChannelMapping mapping) {

  /** Copies the prompts. */
  public ProbeOptions {
    prompts = List.copyOf(prompts);
  }
}
