package sc.fiji.latentdiffusion.models;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import sc.fiji.latentdiffusion.io.Model;

/**
 * Turns a prompt into the numbers that CLIP's text encoder takes: byte pairs of the lower-cased
 * text between a start and an end token, filled up to a fixed length with the padding token that
 * the model's own tokenizer names. Gives the ids that CLIPTokenizer of transformers 5 gives for the
 * same folder. Nothing is downloaded. Safe to use from many threads.
 */
public final class CLIPTokenizer implements AutoCloseable {

  private static final Map<String, String> AS_IT_IS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
  private static final int CLIP_LENGTH = 77;
  private static final int LONGEST_WORD = 40;

  private final HuggingFaceTokenizer tokenizer;
  private final int start;
  private final int end;
  private final int pad;
  private final int maxLength;

  private CLIPTokenizer(CLIPVocabulary vocabulary, int maxLength) throws IOException {
    this.start = vocabulary.start();
    this.end = vocabulary.end();
    this.pad = vocabulary.pad();
    this.maxLength = maxLength;
    this.tokenizer = natively(vocabulary.toJson());
  }

  /**
   * A prompt in numbers.
   *
   * @param ids as many as {@link #maxLength()}: start, the text's tokens, end, padding
   * @param length how many of them come before the padding, start and end included
   * @param lost the words that found no room, as they were written; empty if there are none
   */
  public record Tokens(long[] ids, int length, String lost) {}

  /**
   * Builds a model's tokenizer.
   *
   * @param model the model
   * @param component its name, {@code "tokenizer"}; the text encoder of the same numbering bounds
   *     the length. Where the model has no folder of it, it is CLIP's own
   * @throws IOException if a file is missing or not right, or the native library will not load
   */
  public static CLIPTokenizer of(Model model, String component) throws IOException {
    Path folder = model.folder(component).orElse(null);
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is missing; copy or download the whole model again");
    }
    Object where = folder == null ? model.path() : folder;
    try {
      CLIPVocabulary read =
          folder == null
              ? CLIPVocabulary.standard(model.config(component))
              : CLIPVocabulary.read(folder);
      return new CLIPTokenizer(read, length(where, read.maxLength(), positions(model, component)));
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
   * Encodes a text of any kind and length; characters outside the vocabulary become their bytes.
   *
   * @param text the prompt; may be empty
   */
  public Tokens encode(String text) {
    String whole = paired(text);
    Encoding encoding = tokenizer.encode(whole, false, false);
    long[] found = encoding.getIds();
    int kept = Math.min(found.length, maxLength - 2);
    long[] ids = new long[maxLength];
    Arrays.fill(ids, pad);
    ids[0] = start;
    System.arraycopy(found, 0, ids, 1, kept);
    ids[kept + 1] = end;
    return new Tokens(ids, kept + 2, kept < found.length ? lost(whole, encoding, kept) : "");
  }

  /** Returns how many ids a text gives, padding included; 77 for CLIP. */
  public int maxLength() {
    return maxLength;
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }

  /** From the word that holds the first token without room; from that token in endless words. */
  private static String lost(String text, Encoding encoding, int kept) {
    long[] words = encoding.getWordIds();
    int first = kept;
    while (first > 0 && words[first - 1] == words[kept]) first--;
    int from = begin(text, encoding, kept);
    int word = begin(text, encoding, first);
    return text.substring(from - word > LONGEST_WORD ? from : word).strip();
  }

  private static int begin(String text, Encoding encoding, int token) {
    return text.offsetByCodePoints(0, encoding.getCharTokenSpans()[token].getStart());
  }

  /** Half a surrogate pair is no character and has no UTF-8; it becomes U+FFFD. */
  private static String paired(String text) {
    Objects.requireNonNull(text, "expected a text; give an empty one for no prompt");
    int[] points = text.codePoints().map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c).toArray();
    return new String(points, 0, points.length);
  }

  private static int length(Object where, double own, double positions) throws IOException {
    double length = Math.min(own, positions);
    if (length >= 2) return length > 1e6 ? CLIP_LENGTH : (int) length;
    throw new IOException(
        where + ": expected a model_max_length of at least 2, found " + length + "; copy it again");
  }

  private static double positions(Model model, String component) throws IOException {
    String encoder = component.replace("tokenizer", "text_encoder");
    if (!model.has(encoder)) return 1e30;
    return model.config(encoder).number("max_position_embeddings", 1e30);
  }

  /**
   * DJL looks for its native library with the thread's context class loader, which in ImageJ is not
   * ours, and would fetch another build of it where there is an Nvidia card, and call home.
   */
  private static HuggingFaceTokenizer natively(String json) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    String flavor = System.getProperty("RUST_FLAVOR");
    thread.setContextClassLoader(CLIPTokenizer.class.getClassLoader());
    System.setProperty("RUST_FLAVOR", "cpu");
    System.setProperty("OPT_OUT_TRACKING", "true");
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), AS_IT_IS);
    } finally {
      thread.setContextClassLoader(before);
      if (flavor == null) System.clearProperty("RUST_FLAVOR");
      else System.setProperty("RUST_FLAVOR", flavor);
    }
  }
}
