/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.kinds;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A format that holds no tensors, by the first bytes of a file: what people have under the name of
 * weights by mistake.
 *
 * @param begin of such a file, one character a byte
 * @param what the file is
 * @param advice for whoever has it
 */
public record ForeignFormat(Pattern begin, String what, String advice) {

  private static final String DOWNLOAD = "download the file itself again";
  private static final String UNPACK = "unpack it and give the file in it";
  private static final String OTHER = "choose a file of weights (.safetensors)";

  private static final List<ForeignFormat> ALL =
      List.of(
          of(
              "version https://git-lfs",
              "a Git LFS pointer, not the weights",
              "run \"git lfs pull\" in the model's folder, or download the file itself"),
          of(
              "(\u00ef\u00bb\u00bf)?\\s*(?i:<!doctype html|<html)",
              "a web page, not weights (the site answered with one, for example to log in)",
              DOWNLOAD),
          of(
              "(\u00ef\u00bb\u00bf)?\\s*<[?!a-zA-Z]",
              "a text in XML, not weights (for example the error of a server)",
              DOWNLOAD),
          of(
              "(\u00ef\u00bb\u00bf)?\\s*[{\\[]",
              "a text in JSON, not weights (settings, or the error of a server)",
              DOWNLOAD),
          of("\u001f\u008b", "compressed by gzip", UNPACK),
          of("BZh|\u00fd7zXZ|\\(\u00b5/\u00fd", "compressed", UNPACK),
          of("7z\u00bc\u00af", "a 7z archive", UNPACK),
          of("Rar!", "a RAR archive", UNPACK),
          of("PK\u0003\u0004", "a zip archive, or a file of torch.save", OTHER),
          of("\u0089PNG", "a picture (PNG)", OTHER),
          of("\u00ff\u00d8\u00ff", "a picture (JPEG)", OTHER),
          of("GIF8", "a picture (GIF)", OTHER),
          of("RIFF....WEBP", "a picture (WebP)", OTHER),
          of("II\\*\u0000|MM\u0000\\*", "a picture (TIFF)", OTHER),
          of("GGML|lmgg|GGJT|tjgg", "a file of llama.cpp before GGUF", OTHER),
          of("\u0089HDF", "a file of HDF5 or Keras", OTHER),
          of("\u0093NUMPY", "an array of NumPy", OTHER),
          of("%PDF", "a PDF", OTHER),
          of("MZ|\u007fELF", "a program", OTHER),
          of(
              "\u0080[\u0002-\u0005]",
              "a pickle, as torch.save and other programs of Python write it",
              OTHER),
          of(
              "\u0080[\u0006-\u0020]",
              "a pickle of a newer protocol than 5",
              "save it with an older one, or take the model's safetensors file"),
          of(
              "\u0000{9}",
              "filled with zeros where its header should be, as its download broke off", DOWNLOAD));

  private static ForeignFormat of(String begin, String what, String advice) {
    return new ForeignFormat(Pattern.compile(begin, Pattern.DOTALL), what, advice);
  }

  /**
   * Returns the refusal of a file in such a format.
   *
   * @param begin the file's first bytes; its position stays
   * @param file for the message
   * @return empty if the format is not known
   */
  public static Optional<IOException> refusal(ByteBuffer begin, Path file) {
    String text = StandardCharsets.ISO_8859_1.decode(begin.duplicate()).toString();
    return ALL.stream()
        .filter(format -> format.begin().matcher(text).lookingAt())
        .findFirst()
        .map(format -> new IOException(file + " is " + format.what + ": " + format.advice));
  }
}
