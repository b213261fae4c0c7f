/** Results tables and plots: models, tokens, schedules. */
package sc.fiji.latentdiffusion.images.tables;
