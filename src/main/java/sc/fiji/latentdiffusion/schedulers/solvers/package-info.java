/** Solvers: how a step is taken. One file each, found by {@code @Plugin}. */
package sc.fiji.latentdiffusion.schedulers.solvers;
