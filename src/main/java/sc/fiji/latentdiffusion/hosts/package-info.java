/**
 * The part of a command that is the same in ImageJ and in Fiji: how it runs, shows its progress,
 * records itself, previews, and reports an error.
 */
package sc.fiji.latentdiffusion.hosts;
