/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * A family of models in one folder, as a developer outside of the plugin writes one: an example to
 * copy. It differs from Stable Diffusion in everything that a family decides: flow matching instead
 * of betas, 16 channels of latents, a denoiser without attention, words without CLIP, an
 * autoencoder that averages.
 *
 * <ul>
 *   <li>{@link toyflow.ToyFlow}, the family, found by its annotation: how its models are
 *       recognised, their components, what is declared of a model, how one is loaded.
 *   <li>{@link toyflow.WordConditioner}: words to conditioning, with the network {@link
 *       toyflow.WordTable}.
 *   <li>{@link toyflow.ToyDenoiser}: noisy latents to velocities, with the network {@link
 *       toyflow.ToyTransformer}.
 *   <li>{@link toyflow.ToyAutoencoder}: pictures to latents and back, with the network {@link
 *       toyflow.BlockColours}.
 *   <li>{@link toyflow.ToyKernels} and {@code toy.torchscript}: the networks' formulas.
 * </ul>
 *
 * <p>A model is a folder with {@code model_index.json} and the folders {@code words}, {@code
 * transformer}, {@code autoencoder} and {@code scheduler}. On the class path the family's models
 * are listed, run and refused as those of any other. No part of the plugin: the tests compile this
 * folder.
 */
package toyflow;
