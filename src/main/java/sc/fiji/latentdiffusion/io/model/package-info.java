/** The files of a model: a folder as diffusers writes it, or a single file. Finds them on disk. */
package sc.fiji.latentdiffusion.io.model;
