/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.probes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.GoldenNames;
import sc.fiji.latentdiffusion.io.model.Model;

/** Tensors and settings of a {@code goldens.safetensors}. */
final class GoldenFile {

  /** The value of the key {@code format} in the metadata. */
  static final String FORMAT = "latent-diffusion-goldens-1";

  private final TensorFile file;

  private GoldenFile(TensorFile file) {
    this.file = file;
  }

  /**
   * Reads the file that belongs to a model.
   *
   * @return empty if there is none
   * @throws IOException if it is damaged, or of another format
   */
  static Optional<GoldenFile> of(Model model) throws IOException {
    Path path = GoldenNames.beside(model.path());
    if (!Files.exists(path)) return Optional.empty();
    TensorFile file = TensorFile.read(path);
    String format = file.metadata().get("format");
    if (FORMAT.equals(format)) return Optional.of(new GoldenFile(file));
    throw new IOException(
        path + " must say format=" + FORMAT + " in its metadata, but says " + format);
  }

  /** Returns the names of all tensors. */
  Set<String> names() {
    return file.tensors().keySet();
  }

  /** Returns the shape of a tensor. */
  long[] shape(String name) {
    return file.tensors().get(name).shape();
  }

  /** Returns whether there is a tensor of this name. */
  boolean has(String name) {
    return file.tensors().containsKey(name);
  }

  /**
   * Reads the numbers of a tensor, rows first.
   *
   * @throws IllegalArgumentException if there is none, or it is not of float32
   */
  float[] numbers(String name) throws IOException {
    StoredTensor tensor = file.tensors().get(name);
    if (tensor == null) throw new IllegalArgumentException("the file has no tensor " + name);
    if (tensor.dtype() != DType.F32) {
      throw new IllegalArgumentException(name + " must be of float32, but is of " + tensor.dtype());
    }
    float[] numbers = new float[Math.toIntExact(tensor.elements())];
    tensor.bytes().asFloatBuffer().get(numbers);
    return numbers;
  }

  /** Reads a tensor, as {@link #numbers}. */
  NDArray array(String name, NDManager owner) throws IOException {
    float[] numbers = numbers(name);
    return owner.create(numbers, new Shape(shape(name)));
  }

  /**
   * Returns a setting.
   *
   * @throws IllegalArgumentException if the metadata does not have it
   */
  String setting(String key) {
    String value = file.metadata().get(key);
    if (value == null) throw new IllegalArgumentException("the file's metadata has no " + key);
    return value;
  }

  /** As {@link #setting}, of a number. */
  double number(String key) {
    Map<String, String> settings = file.metadata();
    try {
      return Double.parseDouble(setting(key));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " in the file's metadata must be a number, but is " + settings.get(key), e);
    }
  }
}
