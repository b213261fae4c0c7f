/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.scijava.log.LogService;
import sc.fiji.latentdiffusion.engine.NativeLibrary;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.progress.ShutdownGuard;

/**
 * Prepares a model that comes with the plugin while the user fills in a dialog, which makes the
 * first picture come as soon as later ones. Other models may take gigabytes; they are loaded when
 * the user has pressed OK.
 */
final class Preparation implements Progress {

  /** The values of keys with which a built-in model is used as it is. */
  private static final Map<String, String> PLAIN =
      Map.of("precision", "auto", "device", "auto", "vae", "", "encoders", "");

  private final ImageDiffusion images;
  private final Executor background;
  private final LogService log;
  private volatile boolean ended;
  private CompletableFuture<Void> work = CompletableFuture.completedFuture(null);

  Preparation(ImageDiffusion images, Executor background, LogService log) {
    this.images = images;
    this.background = background;
    this.log = log;
  }

  /**
   * Begins in the background, unless there is nothing to prepare, or such work is under way.
   *
   * @param texts of the dialog's fields, by key
   */
  synchronized void begin(Map<String, String> texts) {
    String model = texts.get("model");
    boolean isPlain = PLAIN.entrySet().stream().allMatch(e -> isPlain(e, texts));
    if (!work.isDone() || !isPlain || BuiltIn.named(model).isEmpty()) return;
    work = CompletableFuture.runAsync(() -> prepare(model), background);
  }

  private static boolean isPlain(Map.Entry<String, String> plain, Map<String, String> texts) {
    return texts.getOrDefault(plain.getKey(), plain.getValue()).equals(plain.getValue());
  }

  private void prepare(String model) {
    if (ended || NativeLibrary.isMissing("auto") || NativeLibrary.mustBeUnpacked()) return;
    ShutdownGuard guard = ShutdownGuard.of(() -> ended = true);
    try {
      images.prepare(Request.defaults().withModel(model), this);
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      log.debug(e); // the run that the user asks for fails alike, and says so
    } finally {
      guard.end();
    }
  }

  /** Gives the work up, and waits until it has stopped. */
  synchronized void end() {
    ended = true;
    try {
      work.join();
    } catch (CancellationException rejected) {
      // it has not begun
    }
  }

  @Override
  public void update(long done, long total, String message) {
    // the user did not ask for it
  }

  @Override
  public boolean isCanceled() {
    return ended;
  }
}
