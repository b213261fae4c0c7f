/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

/** A menu or a menu bar. */
public interface MenuContainer {}
