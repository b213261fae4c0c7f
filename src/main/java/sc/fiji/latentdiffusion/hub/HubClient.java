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
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Asks a hub, through the proxy that leads there. Redirects are followed; the user's token goes to
 * the hub alone, and neither to another host nor over a line that others can read.
 */
public final class HubClient {

  private static final int REDIRECTS = 10;
  private static final Duration CONNECTING = Duration.ofSeconds(30);

  private final Endpoint endpoint;
  private final Optional<Token> token;
  private final HttpClient http;

  /** For a hub, with a token for it or none. */
  HubClient(Endpoint endpoint, Optional<Token> token, ProxySelector proxies) {
    this.endpoint = endpoint;
    this.token = token;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECTING)
            .proxy(proxies)
            .build();
  }

  /**
   * The hub that a user means, with the proxies and the token of this computer's user.
   *
   * @param hub its address; empty for what {@code HF_ENDPOINT} says, else huggingface.co. A hub
   *     that is neither of them gets no token
   * @throws IllegalArgumentException if it is no address
   * @throws IOException if there is a token that can't be read
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
   * Checks what users type, without asking the hub.
   *
   * @throws IllegalArgumentException if hub is no address, or name none of a model
   */
  public static HubName name(String name, String revision, String hub) {
    return HubName.of(name, revision, Endpoint.of(hub, System.getenv()));
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** What the hub says of a repository. */
  Listing listing(HubName name, Progress progress) throws IOException {
    URI uri = endpoint.listing(name.id(), name.revision());
    try (Response answer = get(uri, 0, progress)) {
      if (answer.status() != 200) {
        throw Refusals.of(answer, name, "", this);
      }
      return Listing.of(answer.text(progress), name.id(), name.revision());
    }
  }

  /** The text of a small file. */
  String text(HubName name, String commit, String path, Progress progress) throws IOException {
    try (Response answer = get(endpoint.file(name.id(), commit, path), 0, progress)) {
      if (answer.status() != 200) {
        throw Refusals.of(answer, name, path, this);
      }
      return answer.text(progress);
    }
  }

  /** Whether a token is sent to the hub. */
  boolean hasToken() {
    return token.isPresent();
  }

  /**
   * Asks for what is at an address, or where that leads.
   *
   * @param from the first byte that is wanted
   * @return the answer, of any status; to be closed
   * @throws IOException if the server can't be reached
   */
  Response get(URI uri, long from, Progress progress) throws IOException {
    URI at = uri;
    for (int i = 0; i <= REDIRECTS; i++) {
      Response answer = new Response(send(request(at, from), progress));
      if (!answer.isRedirect()) {
        return answer;
      }
      answer.close();
      at = next(at, answer.header("Location"));
    }
    throw new Refusal(uri.getHost() + " leads from one address to another without end.");
  }

  private URI next(URI at, String location) throws Refusal {
    try {
      URI next = at.resolve(legal(location));
      boolean web = "https".equals(next.getScheme()) || "http".equals(next.getScheme());
      boolean open = "https".equals(at.getScheme()) && !"https".equals(next.getScheme());
      if (web && !open && next.getHost() != null && !location.isEmpty()) {
        return next;
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(at.getHost() + " leads to \"" + location + "\", which is no address.", e);
    }
    throw new Refusal(at.getHost() + " leads to \"" + location + "\", which is not followed.");
  }

  /** Browsers let pass what the standard does not allow in an address. */
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
    try {
      while (true) {
        if (progress.isCanceled()) {
          throw new CancellationException("Canceled by the user.");
        }
        try {
          return sent.get(ResponseBody.POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillWaiting) {
          continue;
        }
      }
    } catch (ExecutionException e) {
      throw new IOException(Refusals.unreachable(request.uri(), e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for the hub.");
    } finally {
      sent.cancel(true);
    }
  }
}
