/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Loads ImageJ and the classes that use it over windows that need no screen.
 *
 * <p>Most of ImageJ's commands read a macro's options through a {@code GenericDialog}. A macro
 * never shows it, but it is a window of java.awt, and without a screen Java makes no window.
 * Classes loaded here find other classes in the place of java.awt's windows and their parts: those
 * of {@link sc.fiji.latentdiffusion.ij1.headless.windows} and {@link
 * sc.fiji.latentdiffusion.ij1.headless.widgets}. ImageJ's own code reads the options, keeps the
 * selections of the ROI Manager and fills the tables, as with a screen. Every question to a user
 * arrives in {@code Dialog.show}, which ends the macro.
 *
 * <p>There are two other ways. A copy of {@code GenericDialog}, as in ij1-patcher, reads options by
 * its own rules, and does nothing for the ROI Manager and the tables. A toolkit for java.awt
 * without a screen, such as Cacio, needs options of the Java command, and another release for each
 * version of Java. This loader needs neither: it changes only names in ImageJ's class files.
 */
final class SilentImageJ extends URLClassLoader {

  private static final String OWN = "sc/fiji/latentdiffusion/ij1/headless/";

  private static final Pattern AWT =
      Pattern.compile(
          "java/awt/(?:(Window|Frame|Dialog|FileDialog)|(?:dnd/)?(DropTarget|Button|Checkbox|CheckboxGroup"
              + "|CheckboxMenuItem|Choice|Label|List|Menu|MenuBar|MenuComponent|MenuContainer"
              + "|MenuItem|PopupMenu|Scrollbar|TextArea|TextField))(?![\\w/$])");

  private static final Map<String, String> GRAPHICS =
      Map.of("java/awt/GraphicsEnvironment", OWN + "windows/GraphicsEnvironment");

  private static final Map<String, String> CANVAS =
      Map.of("java/awt/Canvas", OWN + "widgets/Canvas");

  /** Classes of ImageJ whose work an own one does. */
  private static final Map<String, String> REPLACED =
      Map.of(
          "ij/gui/MultiLineLabel", OWN + "widgets/MultiLineLabel",
          "ij/io/DirectoryChooser", OWN + "windows/DirectoryChooser");

  /**
   * Names that one class uses in another way. Tables open in windows, menus are made when they are
   * asked for, windows with tools ask nothing. A filter whose dialog fails would run with its
   * defaults.
   */
  private static final Map<String, Map<String, String>> REPLACED_IN =
      Map.of(
          "ij/measure/ResultsTable", GRAPHICS,
          "ij/Menus", GRAPHICS,
          "ij/gui/ImageCanvas", CANVAS,
          "ij/gui/Toolbar", CANVAS,
          "ij/text/TextPanel", Map.of("java/awt/Panel", OWN + "widgets/Panel"),
          "ij/plugin/frame/PlugInDialog", Map.of("java/awt/Dialog", OWN + "windows/Tool"),
          "ij/plugin/filter/PlugInFilterRunner",
              Map.of("java/lang/Exception", OWN + "windows/Unanswered"));

  /** A static method of {@code ij.IJ} and the class in {@code windows} that has another of it. */
  private record Call(String name, String type, String owner) {}

  /** Calls of one class that go to another method. */
  private static final Map<String, List<Call>> REDIRECTED =
      Map.of(
          "ij/IJ",
          List.of(new Call("showMessage", "(Ljava/lang/String;Ljava/lang/String;)V", "Unanswered")),
          "ij/measure/ResultsTable",
          List.of(new Call("getTextPanel", "()Lij/text/TextPanel;", "ResultsWindow")),
          "ij/plugin/filter/Analyzer",
          List.of(
              new Call("write", "(Ljava/lang/String;)V", "ResultsWindow"),
              new Call("setColumnHeadings", "(Ljava/lang/String;)V", "ResultsWindow")));

  /** Java's, and those with native code, which only one loader may load. */
  private static final List<String> SHARED =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "ai.djl.");

  static {
    registerAsParallelCapable();
  }

  private SilentImageJ(URL[] urls, ClassLoader parent) {
    super("ImageJ without a screen", urls, parent);
  }

  /** Returns a loader of the classes that another one can load. */
  static SilentImageJ over(ClassLoader parent) {
    return new SilentImageJ(
        parent instanceof URLClassLoader loader ? loader.getURLs() : classPath(), parent);
  }

  private static URL[] classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(SilentImageJ::url)
        .toArray(URL[]::new);
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (SHARED.stream().anyMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? own(name) : loaded;
    }
  }

  private Class<?> own(String name) throws ClassNotFoundException {
    try {
      return findClass(name);
    } catch (ClassNotFoundException e) {
      return super.loadClass(name, false);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/');
    URL place = name.startsWith("ij.") ? findResource(path + ".class") : null;
    if (place == null) {
      return super.findClass(name);
    }
    try (InputStream in = place.openStream()) {
      byte[] file = silent(path, in.readAllBytes());
      return defineClass(name, file, 0, file.length, new CodeSource(place, (Certificate[]) null));
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Changes the names of windows in a class file of ImageJ. */
  private static byte[] silent(String name, byte[] file) throws IOException {
    ConstantPool constants = new ConstantPool(file);
    constants.rename(text -> renamed(name, text));
    for (Call call : REDIRECTED.getOrDefault(name, List.of())) {
      constants.redirect("ij/IJ", call.name(), call.type(), OWN + "windows/" + call.owner());
    }
    return constants.file();
  }

  private static String renamed(String user, String text) {
    String renamed = REPLACED_IN.getOrDefault(user, Map.of()).getOrDefault(text, text);
    if (renamed.contains("java/awt/")) {
      renamed = AWT.matcher(renamed).replaceAll(SilentImageJ::own);
    }
    if (renamed.contains("ij/") && !REPLACED.containsKey(user)) {
      for (Map.Entry<String, String> pair : REPLACED.entrySet()) {
        renamed = renamed.replace(pair.getKey(), pair.getValue());
      }
    }
    return renamed;
  }

  /** Returns none: SciJava would make its index of folders of classes anew, for Eclipse. */
  @Override
  public URL[] getURLs() {
    return new URL[0];
  }

  private static String own(MatchResult name) {
    String own = name.group(1) == null ? "widgets/" + name.group(2) : "windows/" + name.group(1);
    return Matcher.quoteReplacement(OWN + own);
  }
}
