/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The keys of commands. A key is declared once, as a field of a command; this package reads the
 * declaration, and gives macros, dialogs and help their order, values and texts.
 */
package sc.fiji.latentdiffusion.keys;
