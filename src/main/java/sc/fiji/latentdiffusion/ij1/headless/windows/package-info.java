/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Windows without a screen. Each has the methods of its namesake in java.awt that ImageJ calls; a
 * frame is open but never painted, and a dialog that asks ends the macro.
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;
