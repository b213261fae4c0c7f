/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Proofs against diffusers. The resources' folder {@code golden} holds tiny random models in every
 * configuration and the numbers that diffusers 0.42.1 computes with them. {@code
 * src/test/python/golden.py} makes them, and any number of others in a folder that {@code
 * -Dgolden=FOLDER} names.
 */
package sc.fiji.latentdiffusion.golden;
