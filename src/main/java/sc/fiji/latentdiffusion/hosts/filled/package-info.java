/** Dialogs that begin with values from elsewhere: {@code NextValues} gives them to commands. */
package sc.fiji.latentdiffusion.hosts.filled;
