package sc.fiji.latentdiffusion.progress;

import sc.fiji.latentdiffusion.images.results.Preview;

/**
 * One of several runs that are equally long.
 *
 * @param whole is told how far all of them are
 * @param index of the run, from 0
 * @param count of the runs
 */
record PartProgress(Progress whole, int index, int count) implements Progress {

  @Override
  public void update(int done, int total, String message) {
    whole.update(
        index * total + done,
        count * total,
        String.format("Slice %d of %d: %s", index + 1, count, message));
  }

  @Override
  public void preview(Preview preview) {
    whole.preview(preview);
  }

  @Override
  public boolean wantsTinyPreviews() {
    return whole.wantsTinyPreviews();
  }

  @Override
  public boolean isCanceled() {
    return whole.isCanceled();
  }
}
