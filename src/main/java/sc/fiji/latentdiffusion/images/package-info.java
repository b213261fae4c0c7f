/**
 * Between ImageJ's images and tensors, and the verbs on images.
 *
 * <p>What is asked of an image is data: how the model looks at the selection ({@code Focus}), which
 * channels are red, green and blue, and which values are black and white ({@code Reading}), which
 * slices ({@code Slices}), all of it an {@code Editing}. Against an image it becomes the pixels
 * that may change, and how much ({@code Selection}), its channels with their maps ({@code
 * Channels}, {@code Intensity}), and what the model sees, at which size ({@code Viewport}).
 *
 * <p>An image's pixel array is wrapped, not copied, as an ImgLib2 image ({@code Pixels}); so is the
 * memory of a tensor ({@code Tensors}). Going from one to the other is therefore a single pass over
 * the pixels: a view of what is seen ({@code Region}), mirrored at its right and bottom to the size
 * that the model needs, through the maps of intensities; and the same way back, for the selection
 * alone ({@code Picture}), whose edge is laid over what was there ({@code Blend}). {@code
 * ImageEdit} does so slice by slice; {@code LatentEdit} goes on with latents that are at some step
 * of a run already ({@code LatentStep}), and with what that run held of a picture ({@code
 * KeptParts}); {@code TextPicture} begins with words alone. What ControlNets see is read alike
 * ({@code ControlImages}). {@code ImageRun} consumes the steps that a run yields: {@code Progress}
 * is told of them and offered a {@code Preview}, and {@code StepStacks} lays them out as
 * hyperstacks, lying where the picture lies ({@code Place}); {@code Info} writes down what made a
 * result, with the macro line that repeats it ({@code MacroLine}, read by {@code MacroOptions});
 * and {@code ImageDiffusion} puts all this around the pipeline, one computation at a time ({@code
 * Turns}). {@code Schedule} shows what schedulers plan before anything runs, as plots ({@code
 * SchedulePlot}) and a table ({@code ScheduleTable}); {@code StepPart} says for both, and for the
 * stacks, which part of which step an evaluation is. {@code Inset} shows a preview in its slice.
 * {@code Estimates} tells dialogs what a verb will take.
 *
 * <p>This is the only package that knows both ai.djl and net.imglib2.
 */
package sc.fiji.latentdiffusion.images;
