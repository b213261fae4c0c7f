/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.random.Variation;

/**
 * The region of a picture that an answer of a run must not change. With it a stopped run can be
 * continued as if it had not stopped.
 *
 * @param mask {@code [1, 1, h, w]}, 0…1: how much each latent pixel may change
 * @param known the picture's latents, {@code [1, c, h, w]}; for an inpainting model those of the
 *     masked picture, which is grey where it is painted
 * @param rng draws the noise that the known latents are given
 * @param seed of the noise that the known latents are given
 * @param variation of that noise
 * @param firstTimestep of the whole run
 * @param inpaints whether an inpainting model holds the region, by its further channels
 */
public record KnownLatents(
    NDArray mask,
    NDArray known,
    Rng rng,
    long seed,
    Variation variation,
    double firstTimestep,
    boolean inpaints) {

  /** Returns the same region of another answer of the run, which has its own seeds. */
  public KnownLatents of(long otherSeed, Variation otherVariation) {
    return new KnownLatents(mask, known, rng, otherSeed, otherVariation, firstTimestep, inpaints);
  }

  /** Returns the further channels of an inpainting model, {@code [1, 1 + c, h, w]}. */
  public NDArray channels(NDManager owner) {
    NDArray joined = mask.concat(known, 1);
    joined.attach(owner);
    return joined;
  }

  /** Returns the noise that the known latents are given, {@code [1, c, h, w]}. */
  public NDArray noise(NDManager owner) {
    Shape shape = known.getShape();
    float[] first = rng.of(seed).randn(Math.toIntExact(shape.size()));
    return owner.create(variation.turned(first, rng), shape);
  }
}
