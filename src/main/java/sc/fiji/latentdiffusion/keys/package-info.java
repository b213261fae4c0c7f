/** The keys of commands, from their declaration to dialog, macro line and help. */
package sc.fiji.latentdiffusion.keys;
