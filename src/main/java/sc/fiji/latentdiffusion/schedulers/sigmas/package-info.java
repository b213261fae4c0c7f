/** Where the steps lie: the spacing of the model's settings, Karras sigmas. */
package sc.fiji.latentdiffusion.schedulers.sigmas;
