/**
 * Between ImageJ's images and tensors, and the verbs on images.
 *
 * <p>An image's pixel array is wrapped, not copied, as an ImgLib2 image ({@code Pixels}); so is the
 * memory of a tensor ({@code Tensors}). Going from one to the other is therefore a single pass over
 * the pixels: a view of the selected rectangle ({@code Region}), mirrored at its right and bottom
 * to the size that the model needs, through the map of intensities ({@code Intensity}); and the
 * same way back ({@code Picture}). {@code StepStacks} consumes the steps that a run yields and lays
 * them out as hyperstacks, lying where the picture lies ({@code Place}); {@code Info} writes down
 * what made a result, with the macro line that repeats it ({@code MacroLine}); and {@code
 * ImageDiffusion} puts all this around the pipeline. {@code Schedule} shows what schedulers plan
 * before anything runs, as plots ({@code SchedulePlot}) and a table ({@code ScheduleTable}); {@code
 * StepPart} says for both, and for the stacks, which part of which step an evaluation is.
 *
 * <p>This is the only package that knows both ai.djl and net.imglib2.
 */
package sc.fiji.latentdiffusion.images;
