/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;

/**
 * Tells web pages from what hubs give. Networks that want their users to sign in answer every
 * request with one; no file of a model is a web page.
 */
final class WebPage {

  /** The status of networks that want their users to sign in. */
  static final int SIGN_IN = 511;

  private static final Pattern PAGE =
      Pattern.compile("\\s*(<\\?xml[^>]*>\\s*)?<(!doctype|html|head)\\b");
  private static final Pattern TITLE =
      Pattern.compile("<title>([^<]{1,100})</title>", Pattern.CASE_INSENSITIVE);

  private WebPage() {}

  /** Returns whether an answer says that it is one, or a network wants its user to sign in. */
  static boolean isTold(Response answer) {
    String type = answer.header("Content-Type").strip().toLowerCase(Locale.ROOT);
    return answer.status() == SIGN_IN || answer.status() == 200 && type.startsWith("text/html");
  }

  /** Returns whether a body is one by its first bytes, as text. */
  static boolean isOne(String begin) {
    return PAGE.matcher(begin.toLowerCase(Locale.ROOT)).lookingAt();
  }

  /**
   * Returns the failure.
   *
   * @param expected what was asked for
   * @param begin of the page; may be empty
   */
  static PermanentFailure failure(Response answer, String expected, String begin) {
    Matcher title = TITLE.matcher(begin);
    String called = title.find() ? " (\"" + ForeignText.shown(title.group(1).strip()) + "\")" : "";
    return new PermanentFailure(
        "Expected "
            + expected
            + ", but a web page came"
            + called
            + " from "
            + address(answer.uri())
            + ". Perhaps the network wants you to sign in: open any page in a web browser, then get"
            + " the model again. Otherwise check the address of the hub.");
  }

  private static String address(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return ForeignText.shown(uri.getScheme() + "://" + uri.getHost() + port + uri.getPath());
  }
}
