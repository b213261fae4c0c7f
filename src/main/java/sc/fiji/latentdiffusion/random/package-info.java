/**
 * Random numbers: torch's generator in Java, the normal numbers of a seed, and the Brownian path of
 * stochastic solvers.
 */
package sc.fiji.latentdiffusion.random;
