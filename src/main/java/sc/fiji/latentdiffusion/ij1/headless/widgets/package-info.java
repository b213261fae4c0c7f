/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The parts of windows without a screen: texts, fields, lists, menus. Each keeps its value and has
 * the methods of its namesake in java.awt that ImageJ calls; none is ever painted or clicked.
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;
