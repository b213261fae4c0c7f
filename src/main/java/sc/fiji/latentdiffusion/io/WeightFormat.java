/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The formats of weights, the preferred one first: how they begin and how their files end. */
public enum WeightFormat {
  /** By Hugging Face. */
  SAFETENSORS(List.of("safetensors"), List.of("safetensors"), List.of()) {
    @Override
    boolean begins(byte[] file) {
      return !TORCH.begins(file) && !GGUF.begins(file);
    }

    @Override
    TensorFile read(Path file) throws IOException {
      return SafeTensors.open(file);
    }
  },
  /** By PyTorch's {@code torch.save}, as an archive or as pickles. */
  TORCH(List.of("bin"), List.of("ckpt"), List.of("pt", "pth")) {
    @Override
    boolean begins(byte[] file) {
      return isZip(file) || isPickle(file);
    }

    @Override
    TensorFile read(Path file) throws IOException {
      return isZip(TensorFile.begin(file)) ? TorchZip.read(file) : TorchLegacy.read(file);
    }
  },
  /** By llama.cpp: quantised weights. */
  GGUF(List.of(), List.of("gguf"), List.of()) {
    @Override
    boolean begins(byte[] file) {
      return Arrays.equals(Arrays.copyOf(file, GgufHeader.MAGIC.length), GgufHeader.MAGIC);
    }

    @Override
    TensorFile read(Path file) throws IOException {
      return GgufHeader.read(file);
    }
  };

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private final List<String> ofComponents;
  private final List<String> ofModels;
  private final List<String> ofOthers;

  WeightFormat(List<String> ofComponents, List<String> ofModels, List<String> ofOthers) {
    this.ofComponents = ofComponents;
    this.ofModels = ofModels;
    this.ofOthers = ofOthers;
  }

  /**
   * Returns the endings of files of a component's weights, without the dot, the preferred first.
   */
  public static List<String> ofComponents() {
    return Stream.of(values()).flatMap(format -> format.ofComponents.stream()).toList();
  }

  /** Returns the endings of single files with a whole model, without the dot, in the same order. */
  public static List<String> ofModels() {
    return Stream.of(values()).flatMap(format -> format.ofModels.stream()).toList();
  }

  /** Returns all endings of files of weights, without the dot. */
  public static List<String> all() {
    return Stream.of(ofComponents(), ofModels(), ofOthers())
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private static List<String> ofOthers() {
    return Stream.of(values()).flatMap(format -> format.ofOthers.stream()).toList();
  }

  /** Returns a regular expression for any of some endings, {@code \.(a|b)}. */
  public static String pattern(List<String> endings) {
    return endings.stream().collect(Collectors.joining("|", "\\.(", ")"));
  }

  /** Returns whether a file's first bytes, up to {@link TensorFile#BEGIN}, are of this format. */
  abstract boolean begins(byte[] file);

  /** Reads the tensors of a file of this format. */
  abstract TensorFile read(Path file) throws IOException;

  private static boolean isZip(byte[] file) {
    return Arrays.equals(Arrays.copyOf(file, ZIP.length), ZIP);
  }

  /**
   * Whether it is a pickle of protocol 2 to 5. The length of a safetensors header may begin so,
   * too.
   */
  private static boolean isPickle(byte[] file) {
    boolean pickle = file.length > 2 && file[0] == (byte) 0x80 && file[1] >= 2 && file[1] <= 5;
    return pickle
        && (file.length < TensorFile.BEGIN || file[TensorFile.BEGIN - 1] != '{' || file[4] != 0);
  }
}
