/** Layers that several architectures share. */
package sc.fiji.latentdiffusion.nn.layers;
