/**
 * The four steps of latent diffusion. Read as data: prompt → tokens → conditioning; seed → noise;
 * (noise, conditioning, plan) → latents → picture. {@link
 * sc.fiji.latentdiffusion.pipeline.LatentDiffusion} is a loaded model, {@link
 * sc.fiji.latentdiffusion.pipeline.Request} all that decides a result, {@link
 * sc.fiji.latentdiffusion.pipeline.Run} the sequence of steps that it comes to: whoever wants
 * progress, previews, stacks or to cancel consumes that sequence, and nobody calls back up.
 */
package sc.fiji.latentdiffusion.pipeline;
