/** ImageJ's images as a whole: their copies, and those that a user names. */
package sc.fiji.latentdiffusion.images.imagej;
