/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The address of a hub.
 *
 * @param base the address without a slash at the end, {@value #DEFAULT} for example
 * @param isOwn whether the user's token belongs to this hub; a hub that a macro names gets no token
 */
record Endpoint(String base, boolean isOwn) {

  static final String DEFAULT = "https://huggingface.co";

  private static final int HIGHEST_PORT = 65535;

  /** The environment variable that the hub's own tools also read. */
  static final String VARIABLE = "HF_ENDPOINT";

  /**
   * Returns a hub.
   *
   * @param hub its address; empty for that of the environment, else {@value #DEFAULT}
   * @param environment variables
   * @throws IllegalArgumentException if it is not an address
   */
  static Endpoint of(String hub, Map<String, String> environment) {
    String own = environment.getOrDefault(VARIABLE, "").strip();
    String base = address(own.isEmpty() ? DEFAULT : own);
    String wanted = hub.isBlank() ? base : address(hub.strip());
    return new Endpoint(wanted, wanted.equals(base));
  }

  private static String address(String text) {
    try {
      URI uri = new URI(text);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (web && isReachable(uri) && uri.getQuery() == null && uri.getUserInfo() == null) {
        return text.replaceAll("/+$", "");
      }
    } catch (URISyntaxException e) {
      throw noAddress(text, e);
    }
    throw noAddress(text, null);
  }

  /** Returns whether an address names a computer, and a port that there can be. */
  static boolean isReachable(URI uri) {
    return uri.getHost() != null && uri.getPort() <= HIGHEST_PORT && uri.getPort() != 0;
  }

  private static IllegalArgumentException noAddress(String text, Throwable cause) {
    return new IllegalArgumentException(
        "hub must be an address such as " + DEFAULT + ", but is \"" + text + "\".", cause);
  }

  /** Returns the address of the listing of a repository, with sizes and checksums of its files. */
  URI listing(String id, String revision) {
    return URI.create(
        base + "/api/models/" + id + "/revision/" + encoded(revision) + "?blobs=true");
  }

  /** Returns the address of a file of a repository. */
  URI file(String id, String revision, String path) {
    String encoded =
        Arrays.stream(path.split("/")).map(Endpoint::encoded).collect(Collectors.joining("/"));
    return URI.create(base + "/" + id + "/resolve/" + encoded(revision) + "/" + encoded);
  }

  /**
   * Encodes a part of an address: all but letters, digits and {@code . - _ *} become percent codes.
   */
  static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Returns whether an address has the same protocol, host and port. */
  boolean isOrigin(URI uri) {
    return origin(uri).equals(origin(URI.create(base)));
  }

  private static String origin(URI uri) {
    int port = uri.getPort();
    if (port < 0) {
      port = "https".equals(uri.getScheme()) ? 443 : 80;
    }
    return (uri.getScheme() + "://" + uri.getHost() + ":" + port).toLowerCase(Locale.ROOT);
  }

  /** Returns the address of the web page of a repository. */
  String page(String id) {
    return base + "/" + id;
  }
}
