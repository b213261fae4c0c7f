package sc.fiji.latentdiffusion.nn.layers;

import java.io.IOException;

/** What a network's config may ask for. */
public final class ConfigCheck {

  private ConfigCheck() {}

  /**
   * Refuses what Stable Diffusion 1.x and 2.x do not have.
   *
   * @param refused whether to refuse
   * @param network whose config it is, for the message
   * @param key of the config
   * @param value that it has
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
              + ", which Stable Diffusion 1.x and 2.x do not have and this version does not"
              + " support. Choose another model.");
    }
  }

  /**
   * Checks that channels divide into equal parts.
   *
   * @param key of the config, for the message
   * @param channels that the weights have
   * @param parts that the config asks for
   * @throws IOException if they do not divide
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
}
