/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Trains a LoRA on the slices of an image. {@link
 * sc.fiji.latentdiffusion.images.training.TrainingPictures} are the slices as the model sees them,
 * {@link sc.fiji.latentdiffusion.images.training.TrainingRun} takes the steps, saves what was
 * learned and keeps the losses and samples that it shows meanwhile and afterwards.
 */
package sc.fiji.latentdiffusion.images.training;
