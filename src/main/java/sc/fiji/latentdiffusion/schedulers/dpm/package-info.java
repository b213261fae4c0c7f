/** The solvers of the DPM-Solver family and their kin. One file each, found by {@code @Plugin}. */
package sc.fiji.latentdiffusion.schedulers.dpm;
