/**
 * What the dialogs of both hosts have in common, and Fiji's own. {@code Fields} says in which order
 * a command asks and what only those see who want more, {@code Help} what its Help button shows;
 * what is wrong with an entry, or what a run will take, is the command's {@code Verdict}.
 *
 * <p>Fiji would lay all inputs out in the order of the macro keys. {@code DialogPreprocessor} comes
 * before it: its {@code DialogHarvester} opens a {@code DialogWindow} of SciJava's own widgets, in
 * the order of {@code Fields}, for the commands of this plugin alone. {@code SchedulerWidget} and
 * {@code ModelWidget} are widgets that SciJava lacks, {@code TextAreas} makes its own easier to
 * type prose in; {@code ModelBrowser} is for both hosts.
 */
package sc.fiji.latentdiffusion.dialogs;
