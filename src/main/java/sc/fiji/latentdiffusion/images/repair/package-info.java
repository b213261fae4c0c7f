/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * What is special to the built-in repair model: when a dialog suggests it and with which settings,
 * what it needs of an image, and how its results tell which pixels were invented.
 */
package sc.fiji.latentdiffusion.images.repair;
