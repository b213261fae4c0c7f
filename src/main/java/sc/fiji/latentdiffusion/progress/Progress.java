/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.progress;

/**
 * How far some work is, and whether the user wants it to stop. The work – a run, a download –
 * reports between its parts.
 */
public interface Progress {

  /** Shows nothing and never cancels. */
  Progress NONE =
      new Progress() {
        @Override
        public void update(long done, long total, String message) {}

        @Override
        public boolean isCanceled() {
          return false;
        }
      };

  /**
   * Reports how far the work is.
   *
   * @param done parts that are done, 0…total: evaluations of a network, say, or bytes; 0 starts the
   *     clock that estimates the time left
   * @param total parts of the whole, equally long, at least 1
   * @param message what happens now
   */
  void update(long done, long total, String message);

  /** Returns whether the user wants the work to stop; asked often, from the thread that works. */
  boolean isCanceled();

  /**
   * Returns whether the work has to stop: the user wants it to, or its thread was interrupted, as
   * script editors and time limits do. The thread stays interrupted.
   */
  default boolean mustStop() {
    return isCanceled() || Thread.currentThread().isInterrupted();
  }

  /**
   * Returns the progress of one of several equally long pieces of the work.
   *
   * @param name of a piece, for messages: "Slice", for example
   * @param index of the piece, from 0
   * @param count of the pieces
   */
  default Progress part(String name, int index, int count) {
    return parts(name, index, 1, count);
  }

  /**
   * Returns the progress of several of equally long pieces that are worked on together.
   *
   * @param name of a piece, for messages: "File", for example
   * @param index of the first piece, from 0
   * @param size number of the pieces
   * @param count of all pieces
   */
  default Progress parts(String name, int index, int size, int count) {
    if (count == 1) return this;
    Progress whole = this;
    int last = index + size;
    String pieces =
        size == 1
            ? String.format("%s %d of %d: ", name, last, count)
            : String.format("%ss %d–%d of %d: ", name, index + 1, last, count);
    return new Progress() {
      @Override
      public void update(long done, long total, String message) {
        whole.update(index * total + done * size, count * total, pieces + message);
      }

      @Override
      public boolean isCanceled() {
        return whole.isCanceled();
      }
    };
  }
}
