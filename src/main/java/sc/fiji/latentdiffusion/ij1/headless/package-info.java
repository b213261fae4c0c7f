/**
 * Macros without a screen: the main class, the runner of a macro file and the table of the commands
 * that a macro may call.
 */
package sc.fiji.latentdiffusion.ij1.headless;
