/**
 * The files of a model, read only: {@link sc.fiji.latentdiffusion.io.SafeTensors} checks and maps
 * the weights of one file, {@link sc.fiji.latentdiffusion.io.ModelFolder} finds the files of a
 * model in diffusers' folder layout, on disk or inside the jar, {@link
 * sc.fiji.latentdiffusion.io.LoraFile} is a file of changes to a model, and {@link
 * sc.fiji.latentdiffusion.io.Config} reads their JSON. Whatever is wrong with a file ends in an
 * {@link java.io.IOException} whose message names the file, what was expected, what was found and
 * what to do. Nothing here knows a network, an engine or an image.
 */
package sc.fiji.latentdiffusion.io;
