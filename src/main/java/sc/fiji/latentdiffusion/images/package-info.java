/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The verbs on images, which the commands call: {@link
 * sc.fiji.latentdiffusion.images.ImageDiffusion}. Text to image, image to image and denoise latent
 * are one {@code ImageRun}: its loop consumes the evaluations of a model's runs, each an {@code
 * OpenRun} – progress, preview, stacks, cancel – and makes the results; {@code RunInfo} writes
 * their Info. Runs of several images wait in a {@code RunGroup} to be computed together. An {@code
 * ImageStart} is where the runs start and where their results go.
 */
package sc.fiji.latentdiffusion.images;
