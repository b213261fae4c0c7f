/**
 * The part of a command that is the same in ImageJ and in Fiji: the keys that several commands
 * share (all keys of a run in {@code SamplingCommand}), how a command runs, shows its progress,
 * records itself, previews, and reports an error.
 */
package sc.fiji.latentdiffusion.hosts;
