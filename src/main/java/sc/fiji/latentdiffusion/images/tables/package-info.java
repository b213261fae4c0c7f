/** Models, tokens and schedules as ImageJ's tables and plots. */
package sc.fiji.latentdiffusion.images.tables;
