/** Finds the classes marked {@code @Plugin}, and the names nearest to a misspelt one. */
package sc.fiji.latentdiffusion.plugins;
