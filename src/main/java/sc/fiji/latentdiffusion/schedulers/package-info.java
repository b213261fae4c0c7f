/**
 * A scheduler as a table. For each evaluation of the denoiser a plan holds the timestep, the scale
 * of the input, and the weights with which sample, earlier outputs and fresh noise make the next
 * sample. Pure numbers; nothing here knows tensors.
 */
package sc.fiji.latentdiffusion.schedulers;
