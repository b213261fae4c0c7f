/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import sc.fiji.latentdiffusion.views.View;

/**
 * Collects where a denoiser looks in one prediction: the mean over all its attention layers, each
 * resized to the latents and of equal weight. It reads and changes nothing. Not for use by several
 * threads.
 */
public final class AttentionProbe {

  /**
   * A pixel of a picture.
   *
   * @param x from the left, from 0
   * @param y from above, from 0
   */
  public record Pixel(int x, int y) {}

  /**
   * What is asked for.
   *
   * @param tokens of the prompt's first block, behind its start token; 0 for none
   * @param point whose self-attention is collected, in pixels of the whole picture, padded
   */
  public record Wish(int tokens, Optional<Pixel> point) {

    /** Nothing. */
    public static final Wish NONE = new Wish(0, Optional.empty());

    /** Returns whether anything is asked for. */
    public boolean isAny() {
      return tokens > 0 || point.isPresent();
    }

    /** Returns the same of a view, in its pixels; the point only if it lies there. */
    public Wish of(View pixels) {
      return new Wish(
          tokens,
          point
              .map(p -> new Pixel(p.x() - pixels.left(), p.y() - pixels.top()))
              .filter(p -> p.x() >= 0 && p.x() < pixels.width())
              .filter(p -> p.y() >= 0 && p.y() < pixels.height()));
    }
  }

  private final Wish wish;
  private final int factor;
  private NDManager owner;
  private int first;
  private int height;
  private int width;
  private int rows;
  private int columns;
  private NDArray words;
  private NDArray point;
  private int wordLayers;
  private int pointLayers;

  /**
   * @param wish in pixels of what the denoiser sees
   * @param factor pixels of the width of one latent
   */
  public AttentionProbe(Wish wish, int factor) {
    this.wish = wish;
    this.factor = factor;
  }

  /**
   * Begins a prediction.
   *
   * @param x its input, {@code [b, c, h, w]}, whose manager owns what is collected
   * @param from the first of the batch that is looked at
   */
  public void begin(NDArray x, int from) {
    Shape shape = x.getShape();
    owner = x.getManager();
    first = from;
    height = Math.toIntExact(shape.get(2));
    width = Math.toIntExact(shape.get(3));
    words = null;
    point = null;
    wordLayers = 0;
    pointLayers = 0;
  }

  /** Takes note that the next layers work on so many rows and columns. */
  public void enter(long levelRows, long levelColumns) {
    rows = Math.toIntExact(levelRows);
    columns = Math.toIntExact(levelColumns);
  }

  /** Returns what is asked for. */
  public Wish wish() {
    return wish;
  }

  /** Returns the first of the batch that is looked at. */
  public int first() {
    return first;
  }

  /** Returns the rows of the latents. */
  public int height() {
    return height;
  }

  /** Returns the columns of the latents. */
  public int width() {
    return width;
  }

  /** Returns the rows of the present layer. */
  public int rows() {
    return rows;
  }

  /** Returns the columns of the present layer. */
  public int columns() {
    return columns;
  }

  /** Returns the cell of the present layer, rows first, in which the point lies. */
  public int cell() {
    Pixel pixel = wish.point().orElseThrow();
    int row = (int) ((long) pixel.y() * rows / ((long) height * factor));
    int column = (int) ((long) pixel.x() * columns / ((long) width * factor));
    return row * columns + column;
  }

  /** Adds a layer's attention to words, {@code [b, tokens, h, w]}; it is closed. */
  public void addWords(NDArray layer) {
    words = sum(words, layer);
    wordLayers++;
  }

  /** Adds a layer's attention of the point, {@code [b, 1, h, w]}; it is closed. */
  public void addPoint(NDArray layer) {
    point = sum(point, layer);
    pointLayers++;
  }

  private NDArray sum(NDArray before, NDArray layer) {
    if (before == null) {
      layer.attach(owner);
      return layer;
    }
    try (before;
        layer) {
      NDArray sum = before.add(layer);
      sum.attach(owner);
      return sum;
    }
  }

  /** Returns the mean attention to words, {@code [b, tokens, h, w]}; empty if no layer has any. */
  public Optional<NDArray> words() {
    return Optional.ofNullable(words).map(sum -> sum.div(wordLayers));
  }

  /** Returns the mean attention of the point, {@code [b, 1, h, w]}; empty if no layer has any. */
  public Optional<NDArray> point() {
    return Optional.ofNullable(point).map(sum -> sum.div(pointLayers));
  }
}
