/**
 * The part of a command that is the same in ImageJ and in Fiji: the keys that several commands
 * share (all keys of a run in {@code SamplingCommand}), how a command runs, shows its progress,
 * records itself, previews, opens its results in windows, and reports an error. Keys enter dialogs,
 * macros and the Info by themselves.
 */
package sc.fiji.latentdiffusion.hosts;
