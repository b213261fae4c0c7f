/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.SafeTensorsWriter;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The saved state of a training: its factors, the moments of its optimiser, the number of steps,
 * and all that decides its numbers.
 */
public final class TrainingState {

  private static final String STEP = "step";

  private final Path file;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> deciding;

  private TrainingState(
      Path file, Map<String, StoredTensor> tensors, Map<String, String> deciding) {
    this.file = file;
    this.tensors = tensors;
    this.deciding = deciding;
  }

  /**
   * Reads a state.
   *
   * @param file of {@link TrainingFiles#state}
   * @throws IOException if there is none, or it is damaged
   */
  public static TrainingState read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "resume names a LoRA without the state of its training: there is no "
              + file
              + ". Only a LoRA that was trained here can be continued.");
    }
    return new TrainingState(file, SafeTensors.read(file), SafeTensors.metadata(file));
  }

  /** Returns the number of steps that were taken. */
  public int steps() {
    return Integer.parseInt(deciding.get(STEP));
  }

  /**
   * Returns a value that decided its numbers.
   *
   * @param key of {@link #requireSame}
   */
  public String deciding(String key) {
    return deciding.get(key);
  }

  /**
   * Proves that a training goes on as it began.
   *
   * @param now all that decides its numbers
   * @throws IllegalArgumentException naming what differs
   */
  public void requireSame(Map<String, String> now) {
    now.forEach(
        (key, value) -> {
          String before = deciding.get(key);
          if (value.equals(before)) return;
          throw new IllegalArgumentException(
              "resume goes on with the same "
                  + key
                  + ", which was "
                  + before
                  + ", but is now "
                  + value
                  + ". Use what was used before, or train anew without resume.");
        });
  }

  /** Puts the state into factors. */
  void into(Factors factors) throws IOException {
    Map<String, float[]> saved = new HashMap<>();
    for (String name : factors.names()) {
      read(name, saved);
      read(Factors.mean(name), saved);
      read(Factors.square(name), saved);
    }
    factors.set(saved, steps());
  }

  private void read(String name, Map<String, float[]> saved) throws IOException {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IOException(file + " lacks " + name + ": it is damaged; train anew.");
    }
    float[] numbers = new float[Math.toIntExact(tensor.elements())];
    tensor.bytes().asFloatBuffer().get(numbers);
    saved.put(name, numbers);
  }

  /**
   * Writes a state.
   *
   * @param file its path
   * @param factors of the training
   * @param steps that were taken
   * @param deciding all that decides its numbers
   * @throws IOException if it can't be written
   */
  static void write(Path file, Factors factors, int steps, Map<String, String> deciding)
      throws IOException {
    Map<String, SafeTensorsWriter.Tensor> tensors = new LinkedHashMap<>();
    for (String name : factors.names()) {
      tensors.put(name, factors.written(name));
      tensors.put(Factors.mean(name), factors.written(Factors.mean(name)));
      tensors.put(Factors.square(name), factors.written(Factors.square(name)));
    }
    Map<String, String> metadata = new LinkedHashMap<>(deciding);
    metadata.put(STEP, Integer.toString(steps));
    SafeTensorsWriter.write(file, tensors, metadata);
  }
}
