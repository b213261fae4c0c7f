/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.io.files.FileSize;
import sc.fiji.latentdiffusion.progress.Progress;

/** A server's answer; its body is read on demand. */
final class Response implements AutoCloseable {

  private static final int LONGEST_PAGE = 16 << 20;

  private final HttpResponse<?> response;
  private final ResponseBody body;

  /**
   * @param patience how long to wait for each piece of the body
   */
  Response(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, Duration patience) {
    this.response = response;
    body = new ResponseBody(response.uri().getHost(), patience);
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

  /** Returns the name of the computer that answered. */
  String host() {
    return uri().getHost();
  }

  boolean isRedirect() {
    int status = status();
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  ResponseBody body() {
    return body;
  }

  /**
   * Checks that it is not said to be a web page.
   *
   * @param expected what was asked for
   * @throws PermanentFailure if it is one, with the page's title and address
   */
  void requireNoWebPage(String expected, Progress progress) throws IOException {
    if (WebPage.isTold(this)) {
      throw WebPage.failure(this, expected, text(expected, LONGEST_PAGE, progress));
    }
  }

  /**
   * Reads the whole body as UTF-8.
   *
   * @param expected what was asked for
   * @param most bytes that it may have
   * @throws PermanentFailure if it is a web page, or longer
   */
  String plainText(String expected, int most, Progress progress) throws IOException {
    requireNoWebPage(expected, progress);
    String text = text(expected, most, progress);
    if (WebPage.isOne(text)) throw WebPage.failure(this, expected, text);
    return text;
  }

  private String text(String expected, int most, Progress progress) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (List<ByteBuffer> next = body.next(progress); !next.isEmpty(); next = body.next(progress)) {
      for (ByteBuffer buffer : next) {
        byte[] piece = new byte[buffer.remaining()];
        buffer.get(piece);
        bytes.write(piece);
      }
      if (bytes.size() > most) {
        throw new PermanentFailure(
            "Expected "
                + expected
                + ", but "
                + host()
                + " sends more than "
                + FileSize.text(most)
                + ". Nothing is downloaded.");
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    body.close();
  }
}
