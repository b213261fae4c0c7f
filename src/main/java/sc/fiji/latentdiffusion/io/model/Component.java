/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

/**
 * A component of a model.
 *
 * @param name of its folder, as {@code model_index.json} has it
 * @param role its part in the model
 */
public record Component(String name, Role role) {}
