package sc.fiji.latentdiffusion.nn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Methods of a TorchScript class, by name, in the serialised form. Immutable. */
final class KernelText {

  private static final Pattern METHOD = Pattern.compile("(?m)^  def (\\w+)\\(");

  private final Map<String, String> methods;

  private KernelText(Map<String, String> methods) {
    this.methods = methods;
  }

  /**
   * Reads resources beside this class.
   *
   * @param names without their ending; a later one's methods replace those of the same name
   * @throws IOException if one is missing
   */
  static KernelText of(List<String> names) throws IOException {
    KernelText all = new KernelText(Map.of());
    for (String name : names) {
      all = all.with(of(name + ".torchscript"));
    }
    return all;
  }

  /** Reads a resource: methods indented by two, one after the other. */
  private static KernelText of(String resource) throws IOException {
    try (InputStream in = KernelText.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("The resource " + resource + " is missing: the jar is incomplete.");
      }
      return parsed(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  static KernelText parsed(String text) {
    Map<String, String> methods = new LinkedHashMap<>();
    Matcher matcher = METHOD.matcher(text);
    int start = -1;
    String name = null;
    while (matcher.find()) {
      if (name != null) methods.put(name, text.substring(start, matcher.start()));
      start = matcher.start();
      name = matcher.group(1);
    }
    if (name != null) methods.put(name, text.substring(start));
    return new KernelText(methods);
  }

  /** Returns all methods, those of another text in place of the ones of the same name. */
  KernelText with(KernelText other) {
    Map<String, String> both = new LinkedHashMap<>(methods);
    both.putAll(other.methods);
    return new KernelText(both);
  }

  /** Returns the code of a class without state that has these methods. */
  String code(String className) {
    return "class "
        + className
        + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n\n"
        + String.join("\n", methods.values());
  }
}
