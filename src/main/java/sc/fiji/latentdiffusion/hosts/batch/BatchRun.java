/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import ij.IJ;
import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import sc.fiji.latentdiffusion.images.RunGroup;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Goes through the files of a batch, some at a time, which are computed together. Meanwhile the
 * next ones are read and those before are written. ImageJ opens images in the thread that computes,
 * as it tells errors to the macro that runs there. A file that fails is listed and passed over.
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
    int size = plan.filesAtOnce();
    List<Future<FileAtWork>> next = read(files, 0, size, reader);
    List<Future<FileAtWork>> written = List.of();
    try {
      for (int i = 0; i < files.size() && !progress.mustStop(); i += size) {
        List<FileAtWork> some = new ArrayList<>();
        for (Future<FileAtWork> one : next) some.add(taken(one));
        next = read(files, i + size, size, reader);
        compute(some, i, files.size());
        log(written);
        written = some.stream().map(one -> writer.submit(one::written)).toList();
      }
    } catch (CancellationException stopped) {
      // the files at work are given up; those before them are whole
    }
    log(written);
  }

  private void log(List<Future<FileAtWork>> written) throws IOException {
    for (Future<FileAtWork> one : written) log.add(taken(one).row());
  }

  /** Begins to read some files; none behind the last one. */
  private List<Future<FileAtWork>> read(
      List<BatchFile> files, int first, int size, ExecutorService reader) {
    int end = Math.min(files.size(), first + size);
    return first >= end
        ? List.of()
        : files.subList(first, end).stream()
            .map(file -> reader.submit(new FileAtWork(file)::read))
            .toList();
  }

  /**
   * Computes files, together where their runs wait for one another.
   *
   * @param first of the files, from 0
   * @param count of all files
   */
  private void compute(List<FileAtWork> some, int first, int count) throws IOException {
    RunGroup group = new RunGroup(plan.batch());
    List<FileAtWork> waiting = new ArrayList<>();
    for (FileAtWork one : some) {
      int before = group.size();
      one.compute(group, progress.part("File", first + some.indexOf(one), count));
      if (group.size() > before) waiting.add(one);
    }
    if (waiting.isEmpty()) return;
    long start = System.nanoTime();
    Progress own = progress.parts("File", first, some.size(), count);
    List<RunGroup.Outcome> outcomes = images.run(group, own);
    if (own.mustStop()) throw new CancellationException(); // an image may be a part
    long each = (System.nanoTime() - start) / waiting.size();
    for (int i = 0; i < waiting.size(); i++) waiting.get(i).computed(outcomes.get(i), each);
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
      output = plan.output(file);
    }

    /** Reads the file's bytes, which the system then has in memory. */
    private FileAtWork read() {
      return timed(
          () -> {
            sha256 = Checksum.ofContents(file.path());
            result = new FileResult(output, plan.format(), plan.origin(file, sha256));
            if (!plan.overwrites() && result.isWhole()) status = Status.SKIPPED;
          });
    }

    /** Computes the file, or leaves its run waiting in the group. */
    private void compute(RunGroup group, Progress own) {
      if (status != Status.DONE) return;
      group.progressOfNext(own);
      ImageDiffusion verbs = plan.filesAtOnce() == 1 ? images : images.waitingIn(group);
      timed(
          () ->
              made =
                  plan.line() instanceof BatchLine.Macro m
                      ? ofMacro(m.macro())
                      : ofCommand(verbs, own));
    }

    private void computed(RunGroup.Outcome outcome, long share) {
      nanos += share;
      made = outcome.results();
      if (outcome.failure() != null) failed(outcome.failure());
    }

    private Results ofCommand(ImageDiffusion verbs, Progress own) throws IOException {
      InnerRun inner = plan.command().get();
      boolean hasSeveral = false;
      if (inner.inputs().takesImage()) {
        ImagePlus image = InnerMacro.opened(file.path());
        hasSeveral = plan.areas().select(image, file);
        inner.setImage(image);
      }
      inner.set(plan.options(file, hasSeveral));
      Results results = inner.run(verbs, own);
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
                plan.format().check(own);
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
