/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Recognises files that are not what was expected, by their first bytes or by the names of their
 * tensors, so that messages can say what they are.
 */
package sc.fiji.latentdiffusion.io.kinds;
