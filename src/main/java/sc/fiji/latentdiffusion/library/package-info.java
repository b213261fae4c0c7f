/**
 * The models on this computer: which there are, what each is, how much memory it takes, and which
 * are kept loaded.
 */
package sc.fiji.latentdiffusion.library;
