/** Textual inversion: learned words that a prompt may use. */
package sc.fiji.latentdiffusion.addons.embedding;
