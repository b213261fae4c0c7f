/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Selects the proxy for an address: the one that Java knows – from ImageJ's proxy settings, the
 * properties {@code https.proxyHost} and {@code java.net.useSystemProxies} –, else that of the
 * environment variables {@code https_proxy}, {@code http_proxy} and {@code all_proxy}, in small or
 * capital letters, except for the hosts in {@code no_proxy}.
 */
final class Proxies extends ProxySelector {

  private static final Logger LOG = System.getLogger(Proxies.class.getName());
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  private final ProxySelector java;
  private final Map<String, String> environment;

  /**
   * @param java Java's own selector, or null
   * @param environment variables
   */
  Proxies(ProxySelector java, Map<String, String> environment) {
    this.java = java;
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> known = java == null ? DIRECT : java.select(uri);
    boolean direct = known.stream().allMatch(proxy -> proxy.type() == Proxy.Type.DIRECT);
    return direct ? ofEnvironment(uri) : known;
  }

  private List<Proxy> ofEnvironment(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (isLoopback(host) || isExcepted(host)) {
      return DIRECT;
    }
    return Stream.of(uri.getScheme() + "_proxy", "all_proxy")
        .map(this::variable)
        .filter(value -> !value.isEmpty())
        .findFirst()
        .map(Proxies::proxy)
        .orElse(DIRECT);
  }

  private String variable(String name) {
    String small = environment.getOrDefault(name, "").strip();
    return small.isEmpty()
        ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "").strip()
        : small;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private boolean isExcepted(String host) {
    return Stream.of(variable("no_proxy").toLowerCase(Locale.ROOT).split("[,\\s]+"))
        .map(name -> name.replaceFirst("^\\*?\\.", ""))
        .filter(name -> !name.isEmpty())
        .anyMatch(name -> name.equals("*") || host.equals(name) || host.endsWith("." + name));
  }

  private static List<Proxy> proxy(String address) {
    try {
      URI uri = new URI(address.contains("://") ? address : "http://" + address);
      if (uri.getHost() != null && uri.getScheme().startsWith("http")) {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), port)));
      }
      LOG.log(Level.WARNING, "The proxy of the environment is not an HTTP proxy, and is not used.");
    } catch (URISyntaxException e) { // may hold a password: it is not logged
      LOG.log(Level.WARNING, "The proxy of the environment is not an address, and is not used.");
    }
    return DIRECT;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    LOG.log(Level.INFO, "The proxy " + address + " can't be reached: " + failure);
  }
}
