/** The solvers, which take the steps of a run. One file each, found by {@code @Plugin}. */
package sc.fiji.latentdiffusion.schedulers.solvers;
