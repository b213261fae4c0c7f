/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The things that Fiji does differently from plain ImageJ: pre- and postprocessors of commands, the
 * dialog window and the widgets of special inputs.
 */
package sc.fiji.latentdiffusion.fiji;
