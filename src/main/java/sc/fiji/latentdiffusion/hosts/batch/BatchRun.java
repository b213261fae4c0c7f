package sc.fiji.latentdiffusion.hosts.batch;

import ij.IJ;
import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import sc.fiji.latentdiffusion.hosts.Failure;
import sc.fiji.latentdiffusion.hosts.InnerRun;
import sc.fiji.latentdiffusion.hosts.batch.BatchLog.Row;
import sc.fiji.latentdiffusion.hosts.batch.BatchLog.Status;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Goes through the files of a batch. While one is computed, the next is read and the one before is
 * written. ImageJ opens images in the thread that computes, as it tells errors to the macro that
 * runs there. A file that fails is listed and passed over.
 */
public final class BatchRun {

  private static final AtomicLong FAILED = new AtomicLong();

  private final BatchPlan plan;
  private final BatchLog log;
  private final ImageDiffusion images;
  private final Progress progress;

  private BatchRun(BatchPlan plan, BatchLog log, ImageDiffusion images, Progress progress) {
    this.plan = plan;
    this.log = log;
    this.images = images;
    this.progress = progress;
  }

  /** Returns how many files have failed in all batches of this program. */
  public static long failedFiles() {
    return FAILED.get();
  }

  /**
   * Runs a batch, or as much of it as the user lets it.
   *
   * @return the table "Batch", a row for each file that was done, skipped or has failed
   * @throws IllegalArgumentException if another process works on the same part
   * @throws IOException if the output can't be written at all
   */
  public static Results of(BatchPlan plan, ImageDiffusion images, Progress progress)
      throws IOException {
    Files.createDirectories(plan.output());
    plan.note().ifPresent(note -> IJ.log("Batch: " + note));
    try (PartLock lock = PartLock.of(plan.part(), plan.output())) {
      BatchLog log = new BatchLog(lock.beside(plan.part().logName()));
      new BatchRun(plan, log, images, progress).run();
      return log.results();
    } finally {
      plan.command().ifPresent(inner -> inner.setImage(null));
    }
  }

  private void run() throws IOException {
    ExecutorService reader = Executors.newSingleThreadExecutor(named("read"));
    ExecutorService writer = Executors.newSingleThreadExecutor(named("write"));
    try {
      run(reader, writer);
    } finally {
      reader.shutdownNow();
      writer.shutdown();
    }
    List<String> failures = log.failures();
    FAILED.addAndGet(failures.size());
    failures.forEach(failure -> IJ.log("Batch: " + failure));
  }

  /** Threads that find this plugin's classes, as the one that makes them does. */
  private static ThreadFactory named(String work) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return task -> {
      Thread thread = new Thread(task, "Batch: " + work);
      thread.setContextClassLoader(loader);
      thread.setDaemon(true);
      return thread;
    };
  }

  private void run(ExecutorService reader, ExecutorService writer) throws IOException {
    List<BatchFile> files = plan.files();
    Future<FileAtWork> next = read(files, 0, reader);
    Future<FileAtWork> written = null;
    try {
      for (int i = 0; i < files.size() && !progress.mustStop(); i++) {
        FileAtWork one = taken(next);
        next = read(files, i + 1, reader);
        one.compute(progress.part("File", i, files.size()));
        if (written != null) log.add(taken(written).row());
        written = writer.submit(one::written);
      }
    } catch (CancellationException stopped) {
      // the file at work is given up; those before it are whole
    }
    if (written != null) log.add(taken(written).row());
  }

  /** Begins to read a file; null behind the last one. */
  private Future<FileAtWork> read(List<BatchFile> files, int index, ExecutorService reader) {
    return index < files.size() ? reader.submit(new FileAtWork(files.get(index))::read) : null;
  }

  private static <T> T taken(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException problem) throw problem;
      throw new IllegalStateException(e.getCause());
    }
  }

  /** A file, from reading to writing. */
  private final class FileAtWork {

    private final BatchFile file;
    private final Path output;
    private FileResult result; // null until the file is read
    private Results made = Results.NONE;
    private Status status = Status.DONE;
    private String message = "";
    private String sha256 = "";
    private long nanos;

    private FileAtWork(BatchFile file) {
      this.file = file;
      output = file.output(plan.output(), BatchPlan.ENDING);
    }

    /** Reads the file's bytes, which the system then has in memory. */
    private FileAtWork read() {
      return timed(
          () -> {
            sha256 = Checksum.ofContents(file.path());
            result = new FileResult(output, plan.origin(file, sha256));
            if (!plan.overwrites() && result.isWhole()) status = Status.SKIPPED;
          });
    }

    private void compute(Progress own) {
      if (status != Status.DONE) return;
      timed(
          () ->
              made =
                  plan.line() instanceof BatchLine.Macro m ? ofMacro(m.macro()) : ofCommand(own));
    }

    private Results ofCommand(Progress own) throws IOException {
      InnerRun inner = plan.command().get();
      boolean hasSeveral = false;
      if (inner.inputs().takesImage()) {
        ImagePlus image = InnerMacro.opened(file.path());
        hasSeveral = plan.areas().select(image, file);
        inner.setImage(image);
      }
      inner.set(plan.options(file, hasSeveral));
      Results results = inner.run(images, own);
      if (own.mustStop()) throw new CancellationException(); // its image may be a part
      return results;
    }

    private Results ofMacro(String macro) throws IOException {
      return Results.of(InnerMacro.result(macro, file.path(), output, plan.seed(file)));
    }

    private FileAtWork written() throws IOException {
      if (status != Status.DONE) return this;
      Map<String, ImagePlus> further = new LinkedHashMap<>(made.images());
      ImagePlus own = further.remove(Results.RESULT);
      Exception problem =
          caught(
              () -> {
                result.writeFurther(further);
                result.write(own);
              });
      if (problem instanceof FileResult.DiskFull full) throw full;
      made = Results.NONE;
      return this;
    }

    private FileAtWork timed(Work work) {
      long start = System.nanoTime();
      caught(work);
      nanos += System.nanoTime() - start;
      return this;
    }

    /** Does some work; a failure becomes the file's. */
    private Exception caught(Work work) {
      try {
        work.run();
        return null;
      } catch (CancellationException stopped) {
        throw stopped;
      } catch (IOException | RuntimeException e) {
        failed(e);
        return e;
      } catch (OutOfMemoryError e) {
        failed(e);
        return null;
      }
    }

    private void failed(Throwable e) {
      status = Status.FAILED;
      message = Failure.message(e);
      made = Results.NONE;
    }

    private Row row() {
      return new Row(
          file.path().toString(),
          sha256,
          output.toString(),
          plan.seed(file),
          nanos / 1e9,
          status,
          message);
    }
  }

  /** A part of the work on a file. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }
}
