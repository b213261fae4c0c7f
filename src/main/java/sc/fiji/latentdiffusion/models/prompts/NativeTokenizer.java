/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** Opens tokenizers of DJL's native library. Nothing is downloaded. */
public final class NativeTokenizer {

  private static final Map<String, String> AS_IT_IS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private NativeTokenizer() {}

  /**
   * Opens a tokenizer, which neither cuts nor pads, to be closed.
   *
   * @param json the content of {@code tokenizer.json}
   * @param where its place, for messages
   * @throws IOException if the native library will not load, or the content is not right
   */
  public static HuggingFaceTokenizer of(byte[] json, Object where) throws IOException {
    try {
      return natively(json);
    } catch (LinkageError | EngineException e) {
      throw new IOException(
          "DJL's tokenizers library will not load on this machine ("
              + root(e).getMessage()
              + "); expected one for Linux, Windows or macOS that fits Java's own architecture",
          e);
    } catch (RuntimeException e) {
      String what = "the tokenizer in " + where + " cannot be built (" + e.getMessage() + "); ";
      throw new IOException(what + "copy the model's tokenizer again", e);
    }
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : root(e.getCause());
  }

  /**
   * DJL looks for its native library with the thread's context class loader, which in ImageJ is not
   * ours, and would fetch another build of it where there is an Nvidia card, and call home.
   */
  private static HuggingFaceTokenizer natively(byte[] json) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    String flavor = System.getProperty("RUST_FLAVOR");
    thread.setContextClassLoader(NativeTokenizer.class.getClassLoader());
    System.setProperty("RUST_FLAVOR", "cpu");
    System.setProperty("OPT_OUT_TRACKING", "true");
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS);
    } finally {
      thread.setContextClassLoader(before);
      if (flavor == null) System.clearProperty("RUST_FLAVOR");
      else System.setProperty("RUST_FLAVOR", flavor);
    }
  }

  /** Returns a text without half a surrogate pair, which has no UTF-8; it becomes U+FFFD. */
  public static String paired(String text) {
    int[] points = text.codePoints().map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c).toArray();
    return new String(points, 0, points.length);
  }
}
