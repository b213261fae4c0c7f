/**
 * The interfaces of a model: family and its declaration, denoiser, autoencoder, conditioner, latent
 * space; the prompts and the conditioning that pass between them; and the networks whose weights
 * are in memory. This package knows no architecture: each has a package below this one, and a
 * family builds a model of them.
 */
package sc.fiji.latentdiffusion.models;
