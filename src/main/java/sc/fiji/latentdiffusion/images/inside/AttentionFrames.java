/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.inside;

import ai.djl.ndarray.NDArray;
import ij.ImageStack;
import java.util.List;
import java.util.function.Consumer;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/**
 * The attention of one run for {@link AttentionImages}. It copies tensors and changes none. An
 * evaluation that takes over inner states has the attention of the last whole one.
 */
final class AttentionFrames implements Consumer<Evaluated> {

  private final String prefix;
  private final List<String> tokens;
  private final List<EvaluationLabel> labels;
  private ImageStack words;
  private ImageStack point;
  private double[][] sums;
  private float[][] lastWords;
  private float[] lastPoint;
  private int frames;

  /**
   * @param name of the run, for the labels; may be empty
   * @param tokens of the prompt's first block, from the one behind the start token on
   * @param labels of the evaluations
   */
  AttentionFrames(String name, List<String> tokens, List<EvaluationLabel> labels) {
    prefix = name.isEmpty() ? "" : name + ", ";
    this.tokens = tokens;
    this.labels = labels;
  }

  @Override
  public void accept(Evaluated evaluated) {
    String label = labels.get(evaluated.evaluation().index()).of(evaluated.evaluation());
    evaluated.attention().words().ifPresent(this::keepWords);
    evaluated.attention().point().ifPresent(this::keepPoint);
    if (words != null) addWords(label);
    if (point != null) point.addSlice(prefix + label, lastPoint.clone());
    frames++;
  }

  private void keepWords(NDArray maps) {
    if (words == null) words = stack(maps);
    lastWords = Tensors.channels(maps);
    if (sums == null) sums = new double[lastWords.length][lastWords[0].length];
  }

  private void keepPoint(NDArray map) {
    if (point == null) point = stack(map);
    lastPoint = Tensors.channels(map)[0];
  }

  private void addWords(String label) {
    for (int c = 0; c < lastWords.length; c++) {
      words.addSlice(prefix + token(c) + ", " + label, lastWords[c].clone());
      for (int i = 0; i < lastWords[c].length; i++) sums[c][i] += lastWords[c][i];
    }
  }

  private static ImageStack stack(NDArray maps) {
    return new ImageStack(
        Math.toIntExact(maps.getShape().get(3)), Math.toIntExact(maps.getShape().get(2)));
  }

  /** Returns the name of a token, from 0, and its place in its block. */
  String token(int index) {
    return tokens.get(index) + ", token " + (index + 1);
  }

  /** Returns the label of a token in an image of the whole run. */
  String label(int token) {
    return prefix + token(token);
  }

  /** Returns how many evaluations were seen. */
  int frames() {
    return frames;
  }

  /** Returns whether all evaluations were seen. */
  boolean isWhole() {
    return frames == labels.size();
  }

  /** Returns the attention to words, token by token and frame by frame; null for none. */
  ImageStack words() {
    return words;
  }

  /** Returns the attention of the point, frame by frame; null for none. */
  ImageStack point() {
    return point;
  }

  /** Returns the mean attention to a token over all evaluations. */
  float[] mean(int token) {
    float[] mean = new float[sums[token].length];
    for (int i = 0; i < mean.length; i++) mean[i] = (float) (sums[token][i] / frames);
    return mean;
  }
}
