/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import ij.ImagePlus;
import ij.io.FileInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings of a picture, whoever wrote them. */
public final class PictureSettings {

  private PictureSettings() {}

  /**
   * Reads the settings of a file.
   *
   * @param path of a PNG or JPEG file
   * @param keys of ours, in their order
   * @param found takes the settings
   * @throws IOException if the file can't be read or is damaged, or holds no settings
   */
  public static void read(Path path, List<String> keys, Found found) throws IOException {
    read(PictureTexts.of(path), path.toString(), keys, found);
  }

  /**
   * Reads the settings of an image: its Info, or those of its file.
   *
   * @param image null for none
   * @param keys of ours, in their order
   * @param found takes the settings
   * @throws IllegalArgumentException if there is no image
   * @throws IOException if its file can't be read or is damaged, or holds no settings
   */
  public static void read(ImagePlus image, List<String> keys, Found found) throws IOException {
    if (image == null) {
      throw new IllegalArgumentException(
          "There is no picture to read: open one, or name its file in path.");
    }
    OwnInfo.read(image.getInfoProperty(), keys, found);
    if (!found.isEmpty()) return;
    FileInfo file = image.getOriginalFileInfo();
    boolean hasFile = file != null && file.directory != null && file.fileName != null;
    Map<String, String> texts =
        hasFile ? PictureTexts.of(Path.of(file.directory, file.fileName)) : Map.of();
    read(texts, image.getTitle(), keys, found);
  }

  private static void read(Map<String, String> texts, String name, List<String> keys, Found found)
      throws IOException {
    Map<String, Reader> readers = new LinkedHashMap<>();
    readers.put(OwnInfo.KEYWORD, text -> OwnInfo.read(text, keys, found));
    readers.put(Automatic1111.KEYWORD, text -> Automatic1111.read(text, found));
    readers.put(PictureTexts.EXIF, text -> Automatic1111.read(text, found));
    readers.put(
        InvokeMetadata.KEYWORD,
        text -> InvokeMetadata.read(text, name + ", " + InvokeMetadata.KEYWORD, found));
    readers.put(
        ComfyGraph.KEYWORD, text -> ComfyGraph.read(text, name + ", " + ComfyGraph.KEYWORD, found));
    for (Map.Entry<String, Reader> reader : readers.entrySet()) {
      String text = texts.get(reader.getKey());
      if (text != null && found.isEmpty()) reader.getValue().read(text);
    }
    if (!found.isEmpty()) return;
    String texted =
        texts.isEmpty() ? "no text" : "texts named " + String.join(", ", texts.keySet());
    throw new IOException(
        name
            + " holds no settings that are read here, but "
            + texted
            + "; expected a PNG or JPEG file as AUTOMATIC1111's web UI, Forge, ComfyUI, InvokeAI or"
            + " Save Picture write it, or one of our results.");
  }

  /** Reads the text of one program. */
  @FunctionalInterface
  private interface Reader {
    void read(String text) throws IOException;
  }
}
