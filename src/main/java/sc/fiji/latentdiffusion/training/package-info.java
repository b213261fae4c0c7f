/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Teaches a model pictures: trains a change B·A of small rank of its attention weights, a LoRA (Hu
 * et al. 2021, arXiv:2106.09685). {@link sc.fiji.latentdiffusion.training.Training} takes one step
 * after another. The networks are those that make pictures, loaded by their family with kernels
 * that are recorded for gradients; {@link sc.fiji.latentdiffusion.training.Factors} are what is
 * trained, {@link sc.fiji.latentdiffusion.training.Objective} what the model is to predict, {@link
 * sc.fiji.latentdiffusion.training.Crops} and {@link sc.fiji.latentdiffusion.training.Draws} what a
 * step sees. Nothing here knows a family or a window.
 */
package sc.fiji.latentdiffusion.training;
