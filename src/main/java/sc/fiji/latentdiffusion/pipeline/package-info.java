/**
 * The four steps of latent diffusion. Read as data: prompt → tokens → conditioning; seed → noise;
 * (noise, conditioning, plan) → latents → picture. {@link
 * sc.fiji.latentdiffusion.pipeline.LatentDiffusion} is a loaded model, {@link
 * sc.fiji.latentdiffusion.pipeline.Request} all that decides a result, {@link
 * sc.fiji.latentdiffusion.pipeline.Run} the sequence of steps that it comes to, from its {@code
 * Origin}: noise alone, a picture – of which a mask may hold a part as it is ({@code Surroundings})
 * –, or latents that are at some step already. What a user adds to a model ({@code AddOns})
 * becomes, once it is found and loaded, the {@code Additions} of a run, but for LoRAs, which are
 * merged when the model is loaded. Whoever wants progress, previews, stacks or to cancel consumes
 * that sequence, and nobody calls back up. Which models there are to choose from, {@link
 * sc.fiji.latentdiffusion.pipeline.ModelLibrary} finds out by their headers.
 *
 * <p>Where and in which precision a model runs, {@code Hardware} decides; {@link
 * sc.fiji.latentdiffusion.pipeline.NativeLibrary} sees to it that no library is downloaded unasked,
 * {@code Cuda} that a GPU's is found.
 */
package sc.fiji.latentdiffusion.pipeline;
