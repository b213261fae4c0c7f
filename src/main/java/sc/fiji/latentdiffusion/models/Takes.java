/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

/**
 * The inputs of a denoiser beside latents, timestep and the image that it may {@linkplain Sight
 * see}.
 *
 * @param prompts whether it takes what the {@link Conditioner} makes of prompts; one that does not
 *     is never guided, and the user is told that prompts are not used
 * @param guidance how it takes the scale of guidance, if it takes prompts
 * @param classes how many classes it knows, one of which it needs; 0 for none
 * @param rowWidth how many numbers each row of a table has that it takes in place of words; 0 if it
 *     takes no table
 */
public record Takes(boolean prompts, GuidanceForm guidance, int classes, int rowWidth) {

  /** No further input: an unconditional model. */
  public static final Takes NOTHING = new Takes(false, GuidanceForm.JOINED, 0, 0);

  /** Prompts alone. */
  public static final Takes PROMPTS = new Takes(true, GuidanceForm.JOINED, 0, 0);

  /** One of so many classes, or nothing where there are none. */
  public static Takes oneOf(int classes) {
    return new Takes(false, GuidanceForm.JOINED, classes, 0);
  }
}
