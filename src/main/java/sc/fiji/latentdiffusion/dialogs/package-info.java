/**
 * What the dialogs of both hosts have in common, and Fiji's own. {@code Fields} says in which order
 * a command asks and what only those see who want more, {@code Help} what its Help button shows;
 * what is wrong with an entry, or what a run will take, is the command's {@code Verdict}.
 *
 * <p>Fiji would lay all inputs out in the order of the macro keys. {@code DialogHarvester} comes
 * before it: a {@code DialogWindow} of SciJava's own widgets, in the order of {@code Fields}, for
 * the commands of this plugin alone. {@code SchedulerWidget} is a widget that SciJava lacks.
 */
package sc.fiji.latentdiffusion.dialogs;
