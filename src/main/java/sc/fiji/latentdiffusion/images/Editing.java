package sc.fiji.latentdiffusion.images;

/**
 * How an image is worked on: all that {@code Image to Image...} asks beside the request.
 *
 * @param focus how the model looks at the selection
 * @param reading how values become colours, and back
 * @param slices which slices of a stack
 */
public record Editing(Focus focus, Reading reading, Slices slices) {

  /** The current slice's selection as it is. */
  public static final Editing PLAIN = new Editing(Focus.SHARP, Reading.DISPLAY, Slices.CURRENT);
}
