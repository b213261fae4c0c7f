/**
 * The interfaces of a model: family and its declaration, denoiser, autoencoder, conditioner, latent
 * space; and the networks whose weights are in memory. This package knows no architecture; each has
 * a package below this one.
 */
package sc.fiji.latentdiffusion.models;
