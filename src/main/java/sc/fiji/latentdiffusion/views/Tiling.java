/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.views;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Overlapping views of a large picture, squares in which a denoiser sees it one after the other, as
 * in MultiDiffusion (Bar-Tal et al. 2023, arXiv:2302.08113).
 *
 * @param tile side of a view in pixels; 0 for one view of the whole
 * @param overlap of neighbours in pixels, 0 … tile − 1; −1 for half the tile, rounded down to a
 *     multiple of the latents' factor
 * @param fade whether a view counts less towards its borders, see {@link Ramp}; else all views of a
 *     pixel count alike
 */
public record Tiling(int tile, int overlap, boolean fade) {

  /** One view of the whole. */
  public static final Tiling NONE = new Tiling(0, -1);

  /** What is so many times larger than a model's pictures is far from them. */
  private static final double FAR = 1.5;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Tiling {
    check(tile >= 0, "tile must be 0 (off) or a number of pixels, but is %d.", tile);
    check(
        overlap >= -1,
        "overlap must be −1 (half the tile) or a number of pixels, but is %d.",
        overlap);
    check(
        tile > 0 || overlap == -1,
        "overlap is used only with tile, but overlap is %d and tile is 0 (off). Give tile"
            + " (tile=128), or leave overlap out.",
        overlap);
    check(
        tile == 0 || overlap < tile,
        "overlap must be less than tile, which is %d, but is %d.",
        tile,
        overlap);
    check(
        tile > 0 || !fade,
        "fade is used only with tile, but fade is true and tile is 0 (off). Give tile (tile=128),"
            + " or leave fade out.");
    check(
        overlap != 0 || !fade,
        "fade needs tiles that overlap, but fade is true and overlap is 0. Leave overlap out (half"
            + " the tile), or leave fade out.");
  }

  /** Views of which each counts alike. */
  public Tiling(int tile, int overlap) {
    this(tile, overlap, false);
  }

  private static void check(boolean holds, String message, Object... values) {
    if (!holds) throw new IllegalArgumentException(String.format(message, values));
  }

  /** Returns whether there may be several views. */
  public boolean isOn() {
    return tile > 0;
  }

  /**
   * Checks that a picture can be cut so.
   *
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @param factor pixels of the picture that one of the latents covers
   * @throws IllegalArgumentException naming the key, what it may be and what it is
   */
  public void require(int width, int height, int factor) {
    if (!isOn()) return;
    requireMultiple("tile", tile, factor);
    int longer = Math.max(width, height);
    check(
        tile <= longer,
        "tile must be at most %d, the longer side of the %d × %d pixels that are worked on, but is"
            + " %d. Give a smaller one, or tile=0 for none.",
        longer,
        width,
        height,
        tile);
    if (overlap > 0) requireMultiple("overlap", overlap, factor);
  }

  private static void requireMultiple(String key, int value, int factor) {
    check(
        value % factor == 0,
        "%s must be a multiple of %d pixels, but is %d. The nearest is %d.",
        key,
        factor,
        value,
        Math.max(factor, Math.round((double) value / factor) * factor));
  }

  /**
   * Returns the same tiles with the overlap as a number of pixels; without tiles, itself.
   *
   * @param factor of the latents
   */
  public Tiling resolved(int factor) {
    return isOn() && overlap < 0 ? new Tiling(tile, tile / 2 / factor * factor, fade) : this;
  }

  /**
   * Returns how much a view counts at each of its pixels in the latents.
   *
   * @param factor of the latents
   * @return empty if all count alike
   */
  public Optional<Ramp> ramp(int factor) {
    return fade ? Optional.of(new Ramp(resolved(factor).overlap / factor)) : Optional.empty();
  }

  /** Returns the side in pixels of what a network sees of a side of the picture. */
  public int seen(int side) {
    return isOn() ? Math.min(tile, side) : side;
  }

  /**
   * Suggests a tile for a picture that is far larger than those that a model was trained with.
   *
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @param size width and height of the model's pictures in pixels
   * @return a note for the user; empty if what the model sees at once is not so large
   */
  public Optional<String> suggestion(int width, int height, int size) {
    if (Math.max(seen(width), seen(height)) <= FAR * size) return Optional.empty();
    return Optional.of(
        String.format(
            "The model sees %d × %d pixels at once, but was made for %d × %d: it tends to repeat"
                + " the contents of larger pictures, or to lose their structure. Give tile=%d"
                + " fade=true: it then sees views of its own size, which fade into one another.",
            seen(width), seen(height), size, size, size));
  }

  /**
   * Returns the views of latents, rows outermost, all of one size. The last ones of a row and of a
   * column end with the latents.
   *
   * @param height of the latents
   * @param width of the latents
   * @param factor of the latents
   */
  public List<View> views(int height, int width, int factor) {
    if (!isOn()) return List.of(new View(0, 0, height, width));
    int size = tile / factor;
    int stride = size - resolved(factor).overlap / factor;
    List<View> views = new ArrayList<>();
    for (int top : starts(height, size, stride)) {
      for (int left : starts(width, size, stride)) {
        views.add(new View(top, left, Math.min(size, height), Math.min(size, width)));
      }
    }
    return List.copyOf(views);
  }

  /**
   * Returns where views begin along a side: {@code min(i · stride, length − size)}, as many as
   * cover it.
   *
   * @param length of the side, at least 1
   * @param size of a view; one that is longer than the side covers it alone
   * @param stride from one view to the next, at least 1
   */
  public static int[] starts(int length, int size, int stride) {
    int last = Math.max(0, length - size);
    int[] starts = new int[(last + stride - 1) / stride + 1];
    for (int i = 1; i < starts.length; i++) starts[i] = Math.min(i * stride, last);
    return starts;
  }
}
