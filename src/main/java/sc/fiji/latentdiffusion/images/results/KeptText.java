/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.random.Variation;
import sc.fiji.latentdiffusion.sampler.KnownLatents;

/**
 * A kept part of a picture as the text of an image's property: seed, with a second one and its
 * share if the noise is turned towards that, first timestep, whether an inpainting model holds it,
 * width, height, and in Base64 the floats of mask and latents. Anyone can write such a text, so
 * each part is checked before it is used.
 *
 * @param rng draws the run's noise
 * @param seed of the run's noise
 * @param variation of that noise
 * @param firstTimestep of the run
 * @param inpaints whether an inpainting model holds it
 * @param width in latent pixels
 * @param height in latent pixels
 * @param floats of the mask, then of all channels of the latents
 */
record KeptText(
    Rng rng,
    long seed,
    Variation variation,
    double firstTimestep,
    boolean inpaints,
    int width,
    int height,
    float[] floats) {

  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{1,19})(?:,(\\d{1,19}),(\\d(?:\\.\\d{1,18})?(?:E-\\d{1,3})?))?"
              + " (\\d{1,9}(?:\\.\\d{1,18})?) (true|false)(,cuda)? (\\d{1,6}) (\\d{1,6})"
              + " ([A-Za-z0-9+/]+={0,2})");

  /** Takes the part that a run keeps. */
  static KeptText of(KnownLatents kept) {
    Shape shape = kept.known().getShape();
    float[] mask = kept.mask().toFloatArray();
    float[] known = kept.known().toFloatArray();
    float[] floats = Arrays.copyOf(mask, mask.length + known.length);
    System.arraycopy(known, 0, floats, mask.length, known.length);
    return new KeptText(
        kept.rng(),
        kept.seed(),
        kept.variation(),
        kept.firstTimestep(),
        kept.inpaints(),
        (int) shape.get(3),
        (int) shape.get(2),
        floats);
  }

  /**
   * Reads a text.
   *
   * @param name of the image's property, for messages
   * @throws IllegalArgumentException if it is of another form, or has no whole mask, naming it
   */
  static KeptText parse(String name, String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) throw damaged(name, "it has another form");
    KeptText kept =
        new KeptText(
            form.group(6) == null ? Rng.TORCH : Rng.CUDA,
            seed(name, form.group(1)),
            variation(name, form.group(2), form.group(3)),
            Double.parseDouble(form.group(4)),
            form.group(5).equals("true"),
            Integer.parseInt(form.group(7)),
            Integer.parseInt(form.group(8)),
            floats(name, form.group(9)));
    kept.requireSeeds(name);
    kept.requireWhole(name);
    return kept;
  }

  private static long seed(String name, String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw damaged(name, "its seed is larger than 2^63−1");
    }
  }

  private static Variation variation(String name, String seed, String share) {
    if (seed == null) return Variation.NONE;
    try {
      return new Variation(Double.parseDouble(share), Long.parseLong(seed));
    } catch (IllegalArgumentException e) {
      throw damaged(name, "its second seed is not right");
    }
  }

  private static float[] floats(String name, String base64) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      float[] floats = new float[bytes.remaining() / Float.BYTES];
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
      return floats;
    } catch (IllegalArgumentException e) {
      throw damaged(name, "its numbers are cut off");
    }
  }

  private void requireSeeds(String name) {
    long largest = rng.largestSeed();
    if (seed > largest || variation.seed() > largest) {
      throw damaged(name, "a seed is larger than " + largest);
    }
  }

  private void requireWhole(String name) {
    long pixels = (long) width * height;
    if (pixels == 0 || floats.length <= pixels || floats.length % pixels != 0) {
      String size = width + " × " + height + " pixels";
      throw damaged(name, "its " + floats.length + " numbers do not fill " + size);
    }
    for (int i = 0; i < floats.length; i++) {
      boolean right = i < pixels ? floats[i] >= 0 && floats[i] <= 1 : Float.isFinite(floats[i]);
      if (!right) throw damaged(name, "it has the number " + floats[i]);
    }
  }

  /** Returns how many channels the latents have. */
  int channels() {
    return floats.length / (width * height) - 1;
  }

  /** Returns the part as tensors. */
  KnownLatents latents(NDManager manager) {
    NDArray all = manager.create(floats, new Shape(1, channels() + 1, height, width));
    return new KnownLatents(
        all.get(":, :1"), all.get(":, 1:"), rng, seed, variation, firstTimestep, inpaints);
  }

  /** Returns the text. */
  String text() {
    ByteBuffer bytes = ByteBuffer.allocate(floats.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(floats);
    String base64 = Base64.getEncoder().encodeToString(bytes.array());
    String second = variation.isOn() ? "," + variation.seed() + "," + variation.share() : "";
    return seed
        + second
        + " "
        + firstTimestep
        + " "
        + inpaints
        + (rng == Rng.CUDA ? ",cuda" : "")
        + " "
        + width
        + " "
        + height
        + " "
        + base64;
  }

  /** The exception for a text that is not right. */
  static IllegalArgumentException damaged(String name, String what) {
    return new IllegalArgumentException(
        "The latents come from a run that kept the surroundings of a selection, but their property"
            + " \""
            + name
            + "\" is damaged: "
            + what
            + ". Use the image as the run made it, or delete the property to change all of it.");
  }
}
