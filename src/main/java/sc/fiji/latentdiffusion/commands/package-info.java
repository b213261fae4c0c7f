/**
 * The commands as SciJava sees them: one file a command, which describes its inputs and makes one
 * call to {@link sc.fiji.latentdiffusion.images.ImageDiffusion}.
 *
 * <p>Labels, field names (they are the macro keys), their order and their defaults are a public
 * contract. {@code DiffusionCommand} holds what all of them do alike: refuse bad inputs, report
 * progress, show the picture while it becomes ({@code PreviewWindow}), turn every failure into a
 * message, hand over results, tell dialogs what they think of their inputs ({@code Verdict});
 * {@code DiffusionService} keeps the model that was used last for the next run, and knows which
 * there are in the {@code ModelsFolder}. A model is chosen by its name or path, a text of a style
 * of its own; a scheduler is chosen by its name ({@code SchedulerChoice}), and where they are
 * compared, several ({@code SchedulersChoice}). {@code Inputs} reads and writes all of them as
 * texts. Fiji finds all of it by {@code @Plugin}; plain ImageJ through the package {@code ij1},
 * which builds its dialogs from the same annotations. No tensor is seen here.
 *
 * <p>What Fiji does otherwise than ImageJ, five plugins make alike: {@code DefaultsPreprocessor}
 * fills in what a macro or a script leaves open, {@code ImagePreprocessor} refuses an image before
 * a dialog asks, {@code RecordingPreprocessor} leaves the macro recorder to {@code Recording},
 * which writes each run as one line, {@code ResultPostprocessor} opens what was made, and {@code
 * MacroService} ends a macro whose command has failed.
 */
package sc.fiji.latentdiffusion.commands;
