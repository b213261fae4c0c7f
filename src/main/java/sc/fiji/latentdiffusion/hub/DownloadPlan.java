/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.hub.safety.WrittenFile;
import sc.fiji.latentdiffusion.io.files.FileSize;
import sc.fiji.latentdiffusion.progress.Progress;

/** The files of one model on the hub and their folder, known before anything is downloaded. */
public final class DownloadPlan {

  /** Space that the file system itself may need. */
  private static final long SPARE_BYTES = 50_000_000;

  private static final long REPORT_NANOS = 100_000_000;

  private final String licence;
  private final String commit;
  private final Path target;
  private final String requestName;
  private final Retry retry;
  private final List<Download> downloads = new ArrayList<>();
  private final long bytes;

  private DownloadPlan(
      HubClient client,
      HubName name,
      Listing listing,
      List<RemoteFile> files,
      String folder,
      Path modelsFolder,
      Retry retry)
      throws IOException {
    this.licence = listing.licence();
    this.commit = listing.commit();
    this.retry = retry;
    requestName = name.isFile() ? folder + "/" + name.file() : folder;
    target = WrittenFile.below(modelsFolder, requestName).path();
    for (RemoteFile file : files) {
      String path = folder + "/" + file.requirePortable().requireContent().path();
      WrittenFile written = WrittenFile.below(modelsFolder, path);
      downloads.add(new Download(client, name, commit, file, written));
    }
    bytes = sum(downloads, download -> download.file().size());
  }

  /** Adds sizes up. */
  private interface Size {
    long of(Download download) throws IOException;
  }

  private static long sum(List<Download> downloads, Size size) throws IOException {
    long sum = 0;
    for (Download download : downloads) {
      try {
        sum = Math.addExact(sum, size.of(download));
      } catch (ArithmeticException e) {
        throw new PermanentFailure(
            "The sizes that the hub lists are too large for any disk. Nothing is downloaded.", e);
      }
    }
    return sum;
  }

  /**
   * Asks the hub for the files of a model.
   *
   * @param client the hub
   * @param name of the model
   * @param variant of the weights, {@code fp16} for example; empty for full precision
   * @param modelsFolder gets a folder for the model, named as on the hub
   * @param progress of the requests, in bytes of the download
   * @return the plan
   * @throws IllegalArgumentException if the variant is not a word
   * @throws IOException if the hub can't be reached or has no such model
   * @throws CancellationException if the user wants to stop
   */
  public static DownloadPlan plan(
      HubClient client, HubName name, String variant, Path modelsFolder, Progress progress)
      throws IOException {
    return plan(client, name, variant, modelsFolder, progress, Retry.PATIENT);
  }

  static DownloadPlan plan(
      HubClient client,
      HubName name,
      String variant,
      Path modelsFolder,
      Progress progress,
      Retry retry)
      throws IOException {
    String wanted = checked(variant);
    String folder = name.folder(name.isFile() ? "" : wanted);
    try {
      Listing listing = retry.of(() -> listing(client, name, progress), () -> 0, progress);
      List<RemoteFile> files =
          retry.of(
              () -> FileSelection.of(client, name, listing, wanted, progress), () -> 0, progress);
      return new DownloadPlan(client, name, listing, files, folder, modelsFolder, retry);
    } catch (PermanentFailure e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "The hub can't be asked for "
              + name.id()
              + ": "
              + e.getMessage()
              + ". Check the network and the address of the hub, or get the model later.",
          e);
    }
  }

  private static Listing listing(HubClient client, HubName name, Progress progress)
      throws IOException {
    progress.update(0, 1, "Asking " + client.endpoint().base() + " for " + name.id());
    return client.listing(name, progress);
  }

  /**
   * Checks the name of a variant.
   *
   * @return the name without blanks at its ends
   * @throws IllegalArgumentException if it is neither empty nor a word
   */
  public static String checked(String variant) {
    String word = variant.strip();
    if (!word.matches("|[A-Za-z]\\w*")) {
      throw new IllegalArgumentException(
          "variant must be empty or a word such as fp16, but is \"" + variant + "\".");
    }
    return word;
  }

  /** A file of the model. */
  public record Entry(String path, long bytes, String sha256) {}

  /** Returns the files, in the order of the download; the SHA-256 of small ones is empty. */
  public List<Entry> files() {
    return downloads.stream()
        .map(Download::file)
        .map(file -> new Entry(file.path(), file.size(), file.sha256()))
        .toList();
  }

  /** Returns the licence's short name; empty if the hub gives none. */
  public String licence() {
    return licence;
  }

  /** Returns the commit of the files. */
  public String commit() {
    return commit;
  }

  /** Returns the folder, or the single file, of the model. */
  public Path target() {
    return target;
  }

  /** Returns the value of the key {@code model} that names it. */
  public String requestName() {
    return requestName;
  }

  /** Returns the size of all files in bytes. */
  public long bytes() {
    return bytes;
  }

  /**
   * Returns the number of bytes that are not on the disk yet.
   *
   * @throws IOException if the folder can't be read
   */
  public long missing() throws IOException {
    return sum(downloads, Download::missing);
  }

  /** Returns whether all files are there, so that nothing is downloaded. */
  public boolean isThere() {
    return downloads.stream().allMatch(Download::isThere);
  }

  /** Returns the files for which the hub gives no checksum, in the order of the download. */
  public List<String> unverified() {
    return downloads.stream()
        .map(Download::file)
        .filter(file -> file.sum().isEmpty())
        .map(RemoteFile::path)
        .toList();
  }

  /**
   * Returns the free space on the disk of the models folder, in bytes.
   *
   * @throws IOException if there is no such disk
   */
  public long free() throws IOException {
    Path there = target;
    while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
    return Files.getFileStore(there).getUsableSpace();
  }

  /**
   * Checks the free space.
   *
   * @throws IOException if it is too small; the message says how much is free
   */
  public void requireSpace() throws IOException {
    if (missing() > 0 && free() - SPARE_BYTES < missing()) {
      throw new PermanentFailure(
          missing()
              + " bytes are to be downloaded to "
              + target
              + ", but only "
              + free()
              + " are free there. Make room, or choose another models folder (Models...).");
    }
  }

  /**
   * Downloads the missing files and verifies all. A folder becomes a model with its last file.
   *
   * @param progress of the requests, in bytes of the download
   * @throws IOException if it fails; a later download continues with the bytes that have arrived
   * @throws CancellationException if the user wants to stop; a later download continues
   */
  public void run(Progress progress) throws IOException {
    requireSpace();
    Meter meter = new Meter(missing(), progress);
    for (Download download : downloads) {
      meter.now(download.file().path());
      download.run(retry, meter::arrived, progress);
    }
  }

  /** Counts bytes, and reports them ten times a second. */
  private static final class Meter {

    private final long total;
    private final Progress progress;
    private long done;
    private String message = "";
    private long next = System.nanoTime();

    Meter(long total, Progress progress) {
      this.total = Math.max(1, total);
      this.progress = progress;
      progress.update(0, this.total, "Downloading");
    }

    void now(String path) {
      message = "Downloading " + path;
    }

    /** A negative number takes back bytes that have to come again. */
    void arrived(long bytes) {
      done += bytes;
      if (System.nanoTime() - next >= 0) {
        next = System.nanoTime() + REPORT_NANOS;
        long shown = Math.max(0, done);
        String sizes = " (" + FileSize.text(shown) + " of " + FileSize.text(total) + ")";
        progress.update(shown, total, message + sizes);
      }
    }
  }
}
