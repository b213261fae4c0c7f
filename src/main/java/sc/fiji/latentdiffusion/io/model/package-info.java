/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The files of a model. Other packages see {@link sc.fiji.latentdiffusion.io.model.Model}:
 * components with settings and tensors under diffusers' names. A model is a folder as diffusers
 * writes it, or a single file with the original names. Its {@link
 * sc.fiji.latentdiffusion.io.model.ModelKind} recognises it and names its components; a family
 * ({@code models.Family}) is such a kind, so that a new one is declared there alone. A {@link
 * sc.fiji.latentdiffusion.io.model.SingleFileLayout} translates the names of a single file.
 */
package sc.fiji.latentdiffusion.io.model;
