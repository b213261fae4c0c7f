package sc.fiji.latentdiffusion.progress;

/** Told how far a download is, and asked whether to stop it. */
public interface Watch {

  /**
   * Tells how far it is.
   *
   * @param done bytes that have arrived; 0 at its beginning, even where it goes on from before
   * @param total bytes that were missing at its beginning
   * @param what happens now
   */
  void at(long done, long total, String what);

  /** Whether the user wants it to stop; asked several times a second, whatever the hub does. */
  boolean isCanceled();
}
