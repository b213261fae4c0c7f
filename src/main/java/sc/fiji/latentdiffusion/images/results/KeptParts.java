package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.pipeline.KnownLatents;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * The parts of a picture that runs keep unchanged, as properties of their latent images, one for
 * each slice. A later run reads them and continues. TIFF files hold such properties, and ImageJ's
 * commands copy them.
 */
public final class KeptParts {

  /** The key of the Info's line about them. */
  static final String INFO = "kept";

  private static final Pattern SLICE = Pattern.compile("\\bslice (\\d+), ");
  private static final String PROPERTY = "kept";

  private final Map<String, String> texts = new LinkedHashMap<>();

  /**
   * Adds the part that a run keeps, if any.
   *
   * @param slice from 1, as the labels count
   * @param run whose first evaluation is done
   */
  public void add(int slice, Run run) {
    run.known().ifPresent(known -> texts.put(PROPERTY + slice, text(known)));
  }

  /** Writes them into a latent image. */
  public void applyTo(ImagePlus latents) {
    texts.forEach(latents::setProp);
  }

  /** Joins seed, first timestep, whether it inpaints, width, height, and all floats in Base64. */
  private static String text(KnownLatents kept) {
    Shape shape = kept.known().getShape();
    return String.join(
        " ",
        String.valueOf(kept.seed()),
        String.valueOf(kept.firstTimestep()),
        String.valueOf(kept.inpaints()),
        String.valueOf(shape.get(3)),
        String.valueOf(shape.get(2)),
        base64(kept.mask(), kept.known()));
  }

  private static String base64(NDArray mask, NDArray known) {
    int floats = Math.toIntExact(mask.size() + known.size());
    ByteBuffer bytes = ByteBuffer.allocate(floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(mask.toFloatArray()).put(known.toFloatArray());
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /**
   * Reads the part that belongs to the current frame of a latent image.
   *
   * @param latent the latent image
   * @param model that continues the run
   * @param manager owns the tensors
   * @param notes takes the reason if the image's run kept a part that can't be used
   * @return the part; empty if all may change
   */
  public static Optional<KnownLatents> of(
      ImagePlus latent, LatentDiffusion model, NDManager manager, List<String> notes) {
    String text = latent.getProp(PROPERTY + slice(latent));
    if (text == null) {
      if (latent.getStringProperty(INFO) != null) {
        note(notes, "the image has lost them, as files of other formats do not hold them");
      }
      return Optional.empty();
    }
    String[] parts = text.split(" ");
    if (Integer.parseInt(parts[3]) != latent.getWidth()
        || Integer.parseInt(parts[4]) != latent.getHeight()) {
      String sizes = "they were %s × %s pixels large, and these latents are %d × %d";
      note(notes, String.format(sizes, parts[3], parts[4], latent.getWidth(), latent.getHeight()));
      return Optional.empty();
    }
    if (Boolean.parseBoolean(parts[2]) != model.inpaints()) {
      note(notes, "only one of that model and this one is for inpainting");
      return Optional.empty();
    }
    return Optional.of(kept(parts, manager));
  }

  private static int slice(ImagePlus latent) {
    String label = String.valueOf(latent.getStack().getSliceLabel(latent.getCurrentSlice()));
    Matcher matcher = SLICE.matcher(label);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 1;
  }

  private static KnownLatents kept(String[] parts, NDManager manager) {
    int width = Integer.parseInt(parts[3]);
    int height = Integer.parseInt(parts[4]);
    byte[] bytes = Base64.getDecoder().decode(parts[5]);
    float[] floats = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    long channels = floats.length / ((long) width * height);
    NDArray all = manager.create(floats, new Shape(1, channels, height, width));
    return new KnownLatents(
        all.get(":, :1"),
        all.get(":, 1:"),
        Long.parseLong(parts[0]),
        Double.parseDouble(parts[1]),
        Boolean.parseBoolean(parts[2]));
  }

  private static void note(List<String> notes, String reason) {
    notes.add(
        "The latents come from a run that kept the surroundings of a selection, but "
            + reason
            + ": all of them may change now.");
  }
}
