/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import java.io.IOException;
import java.nio.file.Path;

/** Checks the values of a network's config, and what networks take and give. */
public final class ConfigCheck {

  private ConfigCheck() {}

  /**
   * Refuses a value that is not supported.
   *
   * @param refused whether to refuse
   * @param network that the config belongs to, for the message
   * @param key of the config
   * @param value of the key
   * @throws IOException naming key and value, if refused
   */
  public static void refuse(boolean refused, String network, String key, Object value)
      throws IOException {
    if (refused) {
      throw new IOException(
          network
              + "'s config asks for "
              + key
              + " = "
              + value
              + ", which is not supported. Choose another model.");
    }
  }

  /**
   * Checks that channels divide into equal parts.
   *
   * @param key of the config, for the message
   * @param channels of the weights
   * @param parts the config's number of them
   * @throws IOException if the parts do not divide the channels
   */
  public static void requireDivisor(String key, long channels, int parts) throws IOException {
    if (parts < 1 || channels % parts != 0) {
      throw new IOException(
          "The config's "
              + key
              + " = "
              + parts
              + " does not divide the "
              + channels
              + " channels that the weights have: config and weights belong to different models.");
    }
  }

  /**
   * Checks that a transformer takes as many as another network gives.
   *
   * @param model they belong to, for the message
   * @param what is counted, for example {@code numbers for a token}
   * @param taken by the transformer
   * @param giver the other network, without an article
   * @param given by it
   * @throws IOException naming both numbers, if they differ
   */
  public static void requireMatch(Path model, String what, int taken, String giver, int given)
      throws IOException {
    if (taken == given) return;
    throw new IOException(
        "The transformer of "
            + model
            + " takes "
            + taken
            + " "
            + what
            + ", the "
            + giver
            + " gives "
            + given
            + ": they belong to different models.");
  }
}
