/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A hub on the loopback interface, with one repository, {@code owner/name}, and a second server to
 * which its large files are redirected, like real hubs do. Its fields make it answer wrongly.
 */
public final class FakeHub implements AutoCloseable {

  /** The only repository. */
  public static final String ID = "owner/name";

  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static final int LARGE = 1000;

  /** A request that came: to which server, for what, with which headers. */
  record Seen(boolean byStore, String path, String range, String authorization) {}

  final List<Seen> seen = new CopyOnWriteArrayList<>();

  /** Contents by path. */
  final Map<String, byte[]> files = new TreeMap<>();

  /** Wrong checksums by path, which the listing gives. */
  final Map<String, String> toldSha256 = new TreeMap<>();

  final Map<String, Long> toldSize = new TreeMap<>();

  /** Whether the listing has checksums. */
  volatile boolean hasSums = true;

  /** What requests get whose path contains the key, instead of the right answer. */
  final Map<String, Answer> answers = new ConcurrentHashMap<>();

  /** An answer with its headers, which are names and values in turn. */
  record Answer(int status, String body, String... headers) {

    /** Accepts the request and stays silent. */
    static final Answer NONE = new Answer(0, "");
  }

  /** The number of bytes after which an answer of a large file is cut. */
  volatile int cutAfter = Integer.MAX_VALUE;

  /** The number of answers that are cut. */
  volatile int cuts = Integer.MAX_VALUE;

  /** Whether large files begin anew for every range. */
  volatile boolean ignoresRange;

  /** Whether a cut answer stays open without sending more. */
  volatile boolean stalls;

  /** The token that a request must send; empty for any request. */
  volatile String gatedBy = "";

  /** The number of requests to answer with 503. */
  volatile int busy;

  /** The address that large files are redirected to; empty for the second server. */
  volatile String redirect = "";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer hub = server(false);
  private final HttpServer store = server(true);

  private HttpServer server(boolean isStore) {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
      server.setExecutor(threads);
      server.createContext("/", exchange -> answer(exchange, isStore));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the hub's address. */
  public String address() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return hub.getAddress().getPort();
  }

  /** Adds a file. */
  public FakeHub put(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  /** Lists files without checksums, as some mirrors do. */
  public void giveNoChecksums() {
    hasSums = false;
  }

  FakeHub put(String path, String content) {
    return put(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns random bytes, the same for a count. */
  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new java.util.Random(count).nextBytes(bytes);
    return bytes;
  }

  private void answer(HttpExchange exchange, boolean isStore) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      seen.add(
          new Seen(
              isStore,
              path,
              exchange.getRequestHeaders().getFirst("Range"),
              exchange.getRequestHeaders().getFirst("Authorization")));
      Optional<Answer> other = other(path);
      if (other.isPresent()) {
        answer(exchange, other.get());
      } else if (busy > 0) {
        busy--;
        send(exchange, 503, "");
      } else if (isStore) {
        content(exchange, path.substring(1));
      } else if (!isKnown(exchange)) {
        exchange.getResponseHeaders().add("X-Error-Code", "GatedRepo");
        exchange.getResponseHeaders().add("X-Error-Message", "Access is restricted.");
        send(exchange, 401, "");
      } else if (path.startsWith("/api/models/" + ID + "/revision/")) {
        listing(exchange, path.substring(path.lastIndexOf('/') + 1));
      } else if (path.startsWith("/" + ID + "/resolve/" + COMMIT + "/")) {
        file(exchange, path.split("/", 6)[5]);
      } else {
        exchange.getResponseHeaders().add("X-Error-Code", "RepoNotFound");
        send(exchange, 404, "");
      }
    }
  }

  private Optional<Answer> other(String path) {
    return answers.entrySet().stream()
        .filter(entry -> path.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private void answer(HttpExchange exchange, Answer answer) throws IOException {
    if (answer == Answer.NONE) {
      stall();
      return;
    }
    for (int i = 0; i < answer.headers().length; i += 2) {
      exchange.getResponseHeaders().add(answer.headers()[i], answer.headers()[i + 1]);
    }
    send(exchange, answer.status(), answer.body());
  }

  private boolean isKnown(HttpExchange exchange) {
    String sent = exchange.getRequestHeaders().getFirst("Authorization");
    return gatedBy.isEmpty() || ("Bearer " + gatedBy).equals(sent);
  }

  private void listing(HttpExchange exchange, String revision) throws IOException {
    if (!List.of("main", "v2", COMMIT).contains(revision)) {
      exchange.getResponseHeaders().add("X-Error-Code", "RevisionNotFound");
      send(exchange, 404, "");
      return;
    }
    send(exchange, 200, listing().toString());
  }

  /** Returns the list of files as it is given. */
  JsonObject listing() {
    JsonObject answer = new JsonObject();
    answer.addProperty("id", ID);
    answer.addProperty("sha", COMMIT);
    JsonArray tags = new JsonArray();
    tags.add("diffusers");
    tags.add("license:openrail");
    answer.add("tags", tags);
    JsonArray siblings = new JsonArray();
    files.forEach((path, content) -> siblings.add(sibling(path, content)));
    answer.add("siblings", siblings);
    return answer;
  }

  private JsonObject sibling(String path, byte[] content) {
    JsonObject sibling = new JsonObject();
    sibling.addProperty("rfilename", path);
    sibling.addProperty("size", toldSize.getOrDefault(path, (long) content.length));
    if (!hasSums) return sibling;
    byte[] blob = ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8);
    sibling.addProperty("blobId", hash("SHA-1", blob, content));
    if (content.length >= LARGE) {
      JsonObject lfs = new JsonObject();
      lfs.addProperty("sha256", toldSha256.getOrDefault(path, sha256(content)));
      lfs.addProperty("size", content.length);
      sibling.add("lfs", lfs);
    }
    return sibling;
  }

  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  private static String hash(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) digest.update(part);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void file(HttpExchange exchange, String path) throws IOException {
    if (!files.containsKey(path)) {
      exchange.getResponseHeaders().add("X-Error-Code", "EntryNotFound");
      send(exchange, 404, "");
    } else if (files.get(path).length < LARGE) {
      content(exchange, path);
    } else {
      String other = "http://127.0.0.1:" + store.getAddress().getPort() + "/" + encoded(path);
      exchange.getResponseHeaders().add("Location", redirect.isEmpty() ? other : redirect);
      send(exchange, 302, "");
    }
  }

  private static String encoded(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  private void content(HttpExchange exchange, String path) throws IOException {
    byte[] content = files.get(path);
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && !ignoresRange) {
      from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length == 0 ? -1 : rest.length);
    boolean cut = content.length >= LARGE && rest.length > cutAfter && cuts-- > 0;
    OutputStream body = exchange.getResponseBody();
    body.write(rest, 0, cut ? cutAfter : rest.length);
    body.flush();
    if (cut && stalls) {
      stall();
    }
  }

  private synchronized void stall() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    hub.stop(0);
    store.stop(0);
  }
}
