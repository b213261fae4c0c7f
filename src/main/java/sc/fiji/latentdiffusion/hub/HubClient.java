/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Requests from a hub, through the proxy for it. It follows redirects and sends the user's token
 * only to the hub, never to another host or unencrypted.
 */
public final class HubClient {

  private static final int REDIRECTS = 10;

  /** How long a server may be silent. It is asked twice, which makes a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int LONGEST_LIST = 64 << 20;

  /** Settings, and indexes of shards. */
  private static final int LONGEST_SETTINGS = 16 << 20;

  private final Endpoint endpoint;
  private final Optional<Token> token;
  private final HttpClient http;
  private final Duration patience;

  /** A client of a hub. */
  HubClient(Endpoint endpoint, Optional<Token> token, ProxySelector proxies) {
    this(
        endpoint,
        token,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .proxy(proxies)
            .build(),
        PATIENCE);
  }

  private HubClient(Endpoint endpoint, Optional<Token> token, HttpClient http, Duration patience) {
    this.endpoint = endpoint;
    this.token = token;
    this.http = http;
    this.patience = patience;
  }

  /** Returns the same client, which waits for so long where a server is silent. */
  HubClient waiting(Duration silence) {
    return new HubClient(endpoint, token, http, silence);
  }

  /**
   * Returns the client of a hub, with the proxies and the token of this computer's user.
   *
   * @param hub its address; empty for that in {@code HF_ENDPOINT}, else huggingface.co. Any other
   *     hub gets no token
   * @throws IllegalArgumentException if it is not an address
   * @throws IOException if a token can't be read
   */
  public static HubClient of(String hub) throws IOException {
    return of(hub, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static HubClient of(String hub, Map<String, String> environment, Path home) throws IOException {
    Endpoint endpoint = Endpoint.of(hub, environment);
    Optional<Token> token = endpoint.isOwn() ? Token.find(environment, home) : Optional.empty();
    return new HubClient(endpoint, token, new Proxies(ProxySelector.getDefault(), environment));
  }

  /**
   * Checks a user's input without asking the hub.
   *
   * @throws IllegalArgumentException if hub is not an address, or name not that of a model
   */
  public static HubName name(String name, String revision, String hub) {
    return HubName.of(name, revision, Endpoint.of(hub, System.getenv()));
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Returns how long a server may be silent. */
  Duration patience() {
    return patience;
  }

  /** Returns the listing of a repository. */
  Listing listing(HubName name, Progress progress) throws IOException {
    URI uri = endpoint.listing(name.id(), name.revision());
    try (Response answer = get(uri, 0, progress)) {
      if (answer.status() != 200) {
        throw RequestFailures.of(answer, name, "", this);
      }
      String list = answer.plainText("the list of files of " + name.id(), LONGEST_LIST, progress);
      return new ListingReader(list, name.id(), progress).read(name.revision());
    }
  }

  /** Returns the text of a small file. */
  String text(HubName name, String commit, String path, Progress progress) throws IOException {
    try (Response answer = get(endpoint.file(name.id(), commit, path), 0, progress)) {
      if (answer.status() != 200) {
        throw RequestFailures.of(answer, name, path, this);
      }
      return answer.plainText("the file " + path, LONGEST_SETTINGS, progress);
    }
  }

  /** Returns whether a token is sent to the hub. */
  boolean hasToken() {
    return token.isPresent();
  }

  /**
   * Requests an address, or the address to which it redirects.
   *
   * @param from the first byte that is wanted
   * @param progress may cancel
   * @return the answer, of any status; to be closed
   * @throws Silence if nothing comes
   * @throws IOException if the server can't be reached
   */
  Response get(URI uri, long from, Progress progress) throws IOException {
    URI at = uri;
    for (int i = 0; i <= REDIRECTS; i++) {
      Response answer = new Response(send(request(at, from), progress), patience);
      if (!answer.isRedirect()) {
        return answer;
      }
      answer.close();
      at = next(at, answer.header("Location"));
    }
    throw new PermanentFailure(uri.getHost() + " redirects too often.");
  }

  private URI next(URI at, String location) throws PermanentFailure {
    try {
      URI next = at.resolve(legal(location));
      boolean web = "https".equals(next.getScheme()) || "http".equals(next.getScheme());
      boolean open = "https".equals(at.getScheme()) && !"https".equals(next.getScheme());
      if (web && !open && Endpoint.isReachable(next) && !location.isEmpty()) {
        return next;
      }
    } catch (IllegalArgumentException e) {
      throw redirect(at, location, "which is not an address.", e);
    }
    throw redirect(at, location, "which is not followed.", null);
  }

  private static PermanentFailure redirect(
      URI at, String location, String why, IllegalArgumentException cause) {
    String to = " redirects to \"" + ForeignText.shown(location) + "\", ";
    return new PermanentFailure(at.getHost() + to + why, cause);
  }

  /** Encodes characters that browsers accept but the standard forbids in addresses. */
  private static String legal(String location) {
    return Pattern.compile("[^!-~]|[\"<>\\\\^`{|}]")
        .matcher(location)
        .replaceAll(match -> Endpoint.encoded(match.group()));
  }

  private HttpRequest request(URI uri, long from) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    request.header("User-Agent", "Latent-Diffusion-for-ImageJ");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (endpoint.isOrigin(uri) && isPrivate(uri)) {
      token.ifPresent(known -> request.header("Authorization", known.authorization()));
    }
    return request.build();
  }

  private static boolean isPrivate(URI uri) {
    return "https".equals(uri.getScheme()) || uri.getHost().matches("localhost|127\\..*|\\[::1]");
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(
      HttpRequest request, Progress progress) throws IOException {
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> sent =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofPublisher());
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (true) {
        if (progress.isCanceled()) {
          throw new CancellationException("Canceled by the user.");
        }
        try {
          return sent.get(ResponseBody.POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillWaiting) {
          if (System.nanoTime() - end > 0) throw new Silence(request.uri().getHost(), patience);
        }
      }
    } catch (ExecutionException e) {
      throw RequestFailures.unreachable(request.uri(), e.getCause(), patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for the hub.");
    } finally {
      sent.cancel(true);
    }
  }
}
