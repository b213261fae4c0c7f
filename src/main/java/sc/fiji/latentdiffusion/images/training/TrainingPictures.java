/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import ij.ImagePlus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.training.Crops;
import sc.fiji.latentdiffusion.training.Example;

/** All slices of an image, or of the bounds of its selection, with their captions. */
public final class TrainingPictures {

  private final ImagePlus image;
  private final Region region;
  private final Channels channels;
  private final List<Slices.Position> positions;
  private final List<String> captions;

  /**
   * Checks an image.
   *
   * @param image of any type, with any number of slices; it stays as it is
   * @param mapping of its values to colours
   * @param options say what captions are
   * @throws IllegalArgumentException if it is not supported, holds NaN or one value alone, is
   *     smaller than a crop, or has no captions
   */
  public TrainingPictures(ImagePlus image, ChannelMapping mapping, TrainingOptions options) {
    Picture.check(image);
    this.image = image;
    region = Selection.of(image, 0).bounds();
    channels = Channels.of(image, mapping);
    positions = new Slices("all", "same").positions(image);
    captions = positions.stream().map(at -> caption(at, options)).toList();
    Crops.requireRoom(region.width(), region.height(), options.recipe().size());
    requireValues();
  }

  private String caption(Slices.Position at, TrainingOptions options) {
    String label = image.getStack().getSliceLabel(image.getStackIndex(1, at.slice(), at.frame()));
    String line = label == null ? "" : label.lines().findFirst().orElse("").strip();
    if (!options.hasLabels() || line.isEmpty() && !options.prompt().isBlank()) {
      return options.prompt();
    }
    if (!line.isEmpty()) return line;
    throw new IllegalArgumentException(
        "captions=labels takes the label of each slice, but slice "
            + at.slice()
            + " has none, and the prompt is empty. Label the slices (Image ▸ Stacks ▸ Set"
            + " Label...), or give a prompt.");
  }

  private void requireValues() {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Slices.Position at : positions) {
      Picture picture = picture(at);
      for (int c = 0; c < 3; c++) {
        if (picture.isMissing(c)) continue;
        for (double value : picture.values(c)) {
          requireFinite(value, at);
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
      }
    }
    if (least < most) return;
    throw new IllegalArgumentException(
        "All values of the image are alike ("
            + least
            + "): there is nothing to learn. Open images of what the model is to make.");
  }

  private static void requireFinite(double value, Slices.Position at) {
    if (Double.isFinite(value)) return;
    throw new IllegalArgumentException(
        "Slice "
            + at.slice()
            + " holds the value "
            + value
            + "; expected finite numbers. Replace it (Process ▸ Math ▸ NaN Background...,"
            + " Macro...), or select an area without it.");
  }

  private Picture picture(Slices.Position at) {
    return channels.picture(image, at, Selection.all(region), region);
  }

  /** Returns the captions, each once, in their order. */
  public List<String> captions() {
    return captions.stream().distinct().toList();
  }

  /** Returns the number of pictures. */
  public int count() {
    return positions.size();
  }

  /** Returns the part of each slice that is seen. */
  public Region region() {
    return region;
  }

  /** Returns the channels and the map of their values. */
  public Channels channels() {
    return channels;
  }

  /** Returns the pictures as a model sees them. */
  public List<Example> examples(NDManager manager) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < positions.size(); i++) {
      try (NDManager local = manager.newSubManager()) {
        float[] pixels = picture(positions.get(i)).tensor(local, 1).toFloatArray();
        examples.add(new Example(pixels, region.width(), region.height(), captions.get(i)));
      }
    }
    return examples;
  }

  /** Describes the pictures as JSON: title, slice and SHA-256 of the numbers that a model sees. */
  public String described(List<Example> examples) {
    List<Map<String, Object>> inputs = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Map<String, Object> input = new LinkedHashMap<>();
      input.put("title", image.getTitle());
      input.put("slice", i + 1);
      input.put("sha256", digest(List.of(examples.get(i).pixels())));
      inputs.add(input);
    }
    return new Gson().toJson(inputs);
  }

  /** Returns one SHA-256 of all pictures' numbers. */
  public static String sha256(List<Example> examples) {
    return digest(examples.stream().map(Example::pixels).toList());
  }

  private static String digest(List<float[]> pictures) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (float[] numbers : pictures) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        digest.update(bytes.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
