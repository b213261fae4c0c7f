package sc.fiji.latentdiffusion.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;
import sc.fiji.latentdiffusion.progress.Progress;

/** A server's answer; its body is read on demand. */
final class Response implements AutoCloseable {

  /** Lists of files and settings are shorter. */
  private static final int LONGEST_TEXT = 64 << 20;

  private final HttpResponse<?> response;
  private final ResponseBody body = new ResponseBody();

  Response(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response) {
    this.response = response;
    response.body().subscribe(body);
  }

  int status() {
    return response.statusCode();
  }

  /** Returns a header's first value; empty if there is none. */
  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Returns the address that answered. */
  URI uri() {
    return response.uri();
  }

  boolean isRedirect() {
    int status = status();
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  ResponseBody body() {
    return body;
  }

  /** Reads the whole body as UTF-8. */
  String text(Progress progress) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (List<ByteBuffer> next = body.next(progress); !next.isEmpty(); next = body.next(progress)) {
      for (ByteBuffer buffer : next) {
        byte[] piece = new byte[buffer.remaining()];
        buffer.get(piece);
        bytes.write(piece);
      }
      if (bytes.size() > LONGEST_TEXT) {
        throw new PermanentFailure(uri().getHost() + " answers with too much text for a model.");
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    body.close();
  }
}
