/**
 * Between ImageJ images and tensors: channels, intensity ranges, regions, masks and blending. The
 * only package that knows ImgLib2 and tensors both.
 */
package sc.fiji.latentdiffusion.images.pixels;
