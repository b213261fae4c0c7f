package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import sc.fiji.latentdiffusion.noise.Noise;

/**
 * What a run holds as it is of a picture: with it a run that stops can be gone on with as if it had
 * not stopped.
 *
 * @param mask {@code [1, 1, h, w]}, 0…1, of what may change
 * @param known the latents that are held, {@code [1, c, h, w]}: the picture's; to a network for
 *     inpainting those of the picture with grey where it paints
 * @param seed of the noise that they are given
 * @param firstTimestep of the whole run
 * @param inpaints whether a network for inpainting holds them, by its further channels
 */
public record KnownLatents(
    NDArray mask, NDArray known, long seed, double firstTimestep, boolean inpaints) {

  /** Of the further channels that a network for inpainting takes. */
  static KnownLatents ofChannels(NDArray channels, long seed, double firstTimestep) {
    return new KnownLatents(
        channels.get(":, :1"), channels.get(":, 1:"), seed, firstTimestep, true);
  }

  /** The further channels, {@code [1, 1 + c, h, w]}. */
  NDArray channels(NDManager owner) {
    NDArray joined = mask.concat(known, 1);
    joined.attach(owner);
    return joined;
  }

  /** The noise in the latents that are held, {@code [1, c, h, w]}. */
  NDArray noise(NDManager owner) {
    Shape shape = known.getShape();
    return owner.create(Noise.of(seed).randn(Math.toIntExact(shape.size())), shape);
  }
}
