/**
 * Schedulers as tables of numbers: no image, no tensor, no state.
 *
 * <p>A {@link sc.fiji.latentdiffusion.schedulers.NoiseSchedule} is what a model's {@code
 * scheduler_config.json} says about its training: how much of the data is left at every train
 * timestep, where inference steps lie ({@link sc.fiji.latentdiffusion.schedulers.Spacing}) and what
 * the network predicts ({@link sc.fiji.latentdiffusion.schedulers.Prediction}). From it a {@link
 * sc.fiji.latentdiffusion.schedulers.Scheduler} computes, before anything runs, a {@link
 * sc.fiji.latentdiffusion.schedulers.Plan}: one {@link sc.fiji.latentdiffusion.schedulers.Step} per
 * evaluation of the network, with the weights by which samples, network outputs and noise make the
 * next sample. Every scheduler is one small file found by its {@code @Plugin} annotation; the one
 * {@code Sampler} of the pipeline runs them all.
 *
 * <p>A file that is no scheduler holds what several share: where the steps lie ({@code Ladder}),
 * which order a multistep method has at each ({@code MultistepOrder}), and the formula of one step
 * of a family ({@code DPMSolverStep}, {@code UniPCStep}, {@code Ancestral}).
 *
 * <p>Numbers are doubles; where diffusers keeps float32 (betas, alphas_cumprod, sigmas, timesteps)
 * they are rounded to float32 at the same places, so that they are the same numbers; logarithms and
 * powers are StrictMath's, so that a plan is the same on every machine.
 */
package sc.fiji.latentdiffusion.schedulers;
