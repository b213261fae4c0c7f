package sc.fiji.latentdiffusion.progress;

import sc.fiji.latentdiffusion.images.results.Preview;

/**
 * Told between the parts of some work – a run's U-Net evaluations, say – how far it is, and asked
 * whether to stop it.
 */
public interface Progress {

  /** Tells nobody and never cancels. */
  Progress NONE =
      new Progress() {
        @Override
        public void update(int done, int total, String message) {}

        @Override
        public boolean isCanceled() {
          return false;
        }
      };

  /**
   * The progress of one of several runs that are equally long, as a part of the whole.
   *
   * @param whole is told
   * @param index of the run, from 0
   * @param count of the runs
   */
  static Progress part(Progress whole, int index, int count) {
    return count == 1 ? whole : new PartProgress(whole, index, count);
  }

  /**
   * Tells how far the work is.
   *
   * @param done parts done, 0…total; 0 begins to measure the time
   * @param total parts of the whole, equally long
   * @param message what happens now
   */
  void update(int done, int total, String message);

  /** Offers the picture as the run believes it after an evaluation; to be looked at or not. */
  default void preview(Preview preview) {}

  /** Whether {@link Preview#tiny} will be asked of a preview, so that its decoder must be there. */
  default boolean wantsTinyPreviews() {
    return false;
  }

  /** Whether the user wants the work to stop; polled between its parts. */
  boolean isCanceled();
}
