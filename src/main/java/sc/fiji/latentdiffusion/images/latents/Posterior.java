/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.random.Noise;

/** What is shown of the distribution to which an autoencoder encodes a picture. */
public enum Posterior {
  /** Its mean, as all runs use it. */
  MEAN("Latents") {
    @Override
    NDArray of(NDArray picture, LatentDiffusion model, long seed, NDManager owner) {
      return model.encode(picture, owner);
    }
  },
  /** Its standard deviation. */
  SD("Posterior SD") {
    @Override
    NDArray of(NDArray picture, LatentDiffusion model, long seed, NDManager owner) {
      return model.deviation(picture, owner);
    }
  },
  /** A sample of it: mean + standard deviation · normal numbers, diffusers' {@code sample}. */
  SAMPLE("Latents") {
    @Override
    NDArray of(NDArray picture, LatentDiffusion model, long seed, NDManager owner) {
      try (NDArray mean = model.encode(picture, owner);
          NDArray deviation = model.deviation(picture, owner);
          NDArray normal = normal(mean, seed, owner);
          NDArray spread = deviation.mul(normal)) {
        NDArray sample = mean.add(spread);
        sample.attach(owner);
        return sample;
      }
    }
  };

  private final String title;

  Posterior(String title) {
    this.title = title;
  }

  private static NDArray normal(NDArray like, long seed, NDManager owner) {
    return owner.create(
        Noise.of(seed).randn(Math.toIntExact(like.getShape().size())), like.getShape());
  }

  /**
   * Returns a choice by its name in macros.
   *
   * @throws IllegalArgumentException if it is none; the message lists them
   */
  public static Posterior of(String name) {
    for (Posterior one : values()) {
      if (one.toString().equals(name)) return one;
    }
    List<String> names = Arrays.stream(values()).map(Posterior::toString).toList();
    throw new IllegalArgumentException(
        "posterior must be one of " + names + ", but is " + name + ".");
  }

  /** Returns the title of its image. */
  String title() {
    return title;
  }

  /**
   * Encodes a picture.
   *
   * @param picture {@code [1, 3, h, w]}, −1…1
   * @param seed of a sample
   * @param owner of the result
   * @return {@code [1, c, h/f, w/f]}, scaled
   */
  abstract NDArray of(NDArray picture, LatentDiffusion model, long seed, NDManager owner);

  /** Returns its name in macros. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
