/** The noise schedule of a model: how much of data and of noise a sample holds at each timestep. */
package sc.fiji.latentdiffusion.schedulers.noise;
