/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The way in for scripts and programs: {@link sc.fiji.latentdiffusion.script.Diffusion} makes
 * pictures and repaints regions of ImgLib2 images. It returns new images and changes none. No type
 * of ImageJ 1.x or of DJL is in it; images of ImageJ2, of BigDataViewer and of scripts are
 * intervals as they are.
 */
package sc.fiji.latentdiffusion.script;
