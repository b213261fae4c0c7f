/** How far a piece of work is, and whether the user stopped it. */
package sc.fiji.latentdiffusion.progress;
