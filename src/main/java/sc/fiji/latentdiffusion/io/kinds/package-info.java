/**
 * What files are that people give by mistake, or with something beside: by their first bytes, and
 * by the names of their tensors.
 */
package sc.fiji.latentdiffusion.io.kinds;
