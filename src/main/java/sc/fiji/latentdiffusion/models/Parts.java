package sc.fiji.latentdiffusion.models;

import java.io.IOException;

/** Whether a config's number of groups or heads fits the width that the weights have. */
final class Parts {

  private Parts() {}

  /**
   * Checks that channels divide into equal parts.
   *
   * @param key of the config, for the message
   * @param channels that the weights have
   * @param parts that the config asks for
   * @throws IOException if they do not divide
   */
  static void require(String key, long channels, int parts) throws IOException {
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
}
