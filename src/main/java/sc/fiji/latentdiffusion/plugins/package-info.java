/**
 * Finds the classes marked {@code @Plugin}, makes the list of schedulers of them, and finds the
 * names nearest to a misspelt one.
 */
package sc.fiji.latentdiffusion.plugins;
