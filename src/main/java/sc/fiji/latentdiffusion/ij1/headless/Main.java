/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import ij.ImageJ;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import sc.fiji.latentdiffusion.ij1.MenuEntries;

/**
 * ImageJ 1.x with the commands in its menu, from the source tree.
 *
 * <p>{@code mvn -q compile exec:java} opens its window; {@code mvn -q compile exec:java
 * -Dexec.args="FILE.ijm ARGUMENT"} runs a macro without one, and ends with status 1 and a message
 * on standard error if it fails, with status 3 if files of a <i>Batch</i> have failed.
 */
public final class Main {

  /** Named by a text, or this class's loader would load it and ImageJ with Java's windows. */
  private static final String RUNNER = Main.class.getPackageName() + ".HeadlessMacro";

  private static final int FAILED = 1;

  private static final int FAILED_FILES = 3;

  private Main() {}

  /**
   * Opens ImageJ, or runs a macro.
   *
   * @param args nothing, or the macro's file and, optionally, its argument
   * @throws InterruptedException if interrupted while ImageJ is open
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length == 0) {
      open();
      new CountDownLatch(1).await(); // ImageJ exits the program
    }
    Optional<String> failure = runMacro(Path.of(args[0]), args.length > 1 ? args[1] : "");
    failure.ifPresent(System.err::println);
    System.err.flush();
    System.exit(failure.isPresent() ? FAILED : hasFailedFiles() ? FAILED_FILES : 0);
  }

  /** Opens ImageJ's window with the commands in its menu. */
  public static ImageJ open() {
    ImageJ imagej = new ImageJ();
    imagej.exitWhenQuitting(true);
    MenuEntries.addMissing();
    return imagej;
  }

  /** Runs a macro headless; returns the error, or nothing. */
  public static Optional<String> runMacro(Path file, String argument) {
    try {
      return failureOf(text(file), argument).map(message -> file + ", " + message);
    } catch (NoSuchFileException e) {
      return Optional.of("Expected the path of a macro, but there is no file " + file + ".");
    } catch (IOException e) {
      return Optional.of("The macro " + file + " can't be read: " + e);
    }
  }

  /** Runs {@link HeadlessMacro} over windows that need no screen. */
  private static Optional<?> failureOf(String macro, String argument) {
    System.setProperty("java.awt.headless", "true");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Silent.LOADER);
    try {
      return (Optional<?>)
          runner().getMethod("failureOf", String.class, String.class).invoke(null, macro, argument);
    } catch (InvocationTargetException e) {
      return Optional.of("The macro can't be run: " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static boolean hasFailedFiles() {
    try {
      return (boolean) runner().getMethod("hasFailedFiles").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> runner() throws ClassNotFoundException {
    return Class.forName(RUNNER, true, Silent.LOADER);
  }

  /** The loader of all macros, which keeps their models. */
  private static final class Silent {

    private static final ClassLoader LOADER = SilentImageJ.over(Main.class.getClassLoader());
  }

  /** UTF-8, or else Latin 1, in which ImageJ itself saves macros. */
  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (MalformedInputException e) {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
  }
}
