/**
 * The models on this computer: which there are, what each is, how much memory it takes, how one is
 * loaded, and which are kept loaded.
 */
package sc.fiji.latentdiffusion.library;
