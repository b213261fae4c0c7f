/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import javax.net.ssl.SSLException;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;

/** Messages for failed requests to a hub. */
final class RequestFailures {

  /** Timeout of the request, too early, too many requests. */
  private static final Set<Integer> BUSY = Set.of(408, 425, 429);

  private static final String KINDS = "Check the spelling, owner/name as in the page's address.";

  private RequestFailures() {}

  /**
   * Returns the exception for a failed request.
   *
   * @param answer with a status other than success
   * @param name of the repository
   * @param file path of the requested file; empty for none
   * @return a {@link PermanentFailure} if a retry does not help
   */
  static IOException of(Response answer, HubName name, String file, HubClient client) {
    int status = answer.status();
    String host = answer.uri().getHost();
    if (status == WebPage.SIGN_IN) {
      return WebPage.failure(answer, "an answer about " + what(name, file), "");
    }
    if (BUSY.contains(status) || status >= 500) {
      return Busy.of(answer, Instant.now());
    }
    if ((status == 401 || status == 403) && !client.endpoint().isOrigin(answer.uri())) {
      return new IOException(host + " denies access now (status " + status + ")");
    }
    return new PermanentFailure(
        switch (status) {
          case 401, 403 -> forbidden(answer, name, client);
          case 404 -> missing(answer, name, file, client);
          case 407 ->
              "The proxy on the way to "
                  + host
                  + " needs a password, which can't be given here. Ask for a way without one, or"
                  + " download the files with another program and put them into the models folder.";
          default -> {
            String does = status < 400 ? " does not give " : " refuses ";
            yield host + does + what(name, file) + " (status " + status + said(answer) + ").";
          }
        });
  }

  private static String forbidden(Response answer, HubName name, HubClient client) {
    String page = client.endpoint().page(name.id());
    String why =
        switch (code(answer)) {
          case "GatedRepo" -> "is gated";
          case "" -> "is gated, private, or not there, or the network forbids it";
          default -> "is gated, private, or not there";
        };
    String hasToken =
        client.hasToken()
            ? "The access token that was sent does not open it: accept the conditions on "
                + page
                + " with the account that the token is of, and let the token read gated"
                + " repositories."
            : "If it is gated, accept the conditions on "
                + page
                + "; then make an access token that may read (in the account's settings), and put"
                + " it into the environment variable HF_TOKEN or the file"
                + " ~/.cache/huggingface/token.";
    return name.id() + " " + why + " (status " + answer.status() + said(answer) + "). " + hasToken;
  }

  private static String missing(Response answer, HubName name, String file, HubClient client) {
    String hub = client.endpoint().base();
    if (code(answer).equals("RevisionNotFound")) {
      return name.id() + " has no revision " + name.revision() + ". Leave it empty for main.";
    }
    if (!file.isEmpty()) {
      return name.id() + " at " + name.revision() + " has no file " + file + ".";
    }
    return "There is no model "
        + name.id()
        + (name.revision().equals(HubName.MAIN) ? "" : ", or no revision " + name.revision())
        + " on "
        + hub
        + ". "
        + KINDS;
  }

  private static String what(HubName name, String file) {
    return name.id() + (file.isEmpty() ? "" : "/" + file);
  }

  private static String code(Response answer) {
    return answer.header("X-Error-Code");
  }

  private static String said(Response answer) {
    String message = answer.header("X-Error-Message").strip().replaceAll("\\.$", "");
    return message.isEmpty() ? "" : ": " + ForeignText.shown(message);
  }

  /**
   * Returns the exception for a request without an answer.
   *
   * @param patience how long a connection was waited for
   */
  static IOException unreachable(URI uri, Throwable cause, Duration patience) {
    String host = uri.getHost();
    if (cause instanceof HttpTimeoutException) return new Silence(host, patience);
    if (cause instanceof SSLException) {
      return new IOException(
          "no safe connection to "
              + host
              + " can be made: its certificate is not accepted, or something on the way replaces"
              + " it",
          cause);
    }
    if (cause instanceof ConnectException) {
      boolean unknown = cause.getCause() instanceof UnresolvedAddressException;
      String why = unknown ? "no computer of this name is known" : "nothing answers there";
      return new IOException("can't reach " + host + " (" + why + ")", cause);
    }
    return new IOException("the connection to " + host + " broke", cause);
  }
}
