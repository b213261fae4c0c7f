/**
 * How far some work is, and whether to stop it: every run and download reports to a {@link
 * sc.fiji.latentdiffusion.progress.Progress}, which the hosts show.
 */
package sc.fiji.latentdiffusion.progress;
