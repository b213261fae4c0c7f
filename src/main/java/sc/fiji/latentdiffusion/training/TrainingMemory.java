/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.engine.Memory;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;

/**
 * The memory that a training takes, estimated from the headers of a model's files: its weights,
 * those that are trained a second time with their gradients, and what each layer keeps of a batch
 * until its gradient has been computed.
 *
 * @param weights bytes of all weights
 * @param activations bytes that layers keep
 */
public record TrainingMemory(double weights, double activations) {

  private static final double GIB = 1L << 30;

  /** How many numbers a layer keeps for each of its outputs; measured. */
  private static final double KEPT = 3.5;

  /** What PyTorch and Java take in any case. */
  private static final double BASE = 0.35 * GIB;

  private static final Pattern LEVEL = Pattern.compile("(down|up)_blocks\\.(\\d+)\\..*");

  /**
   * Estimates.
   *
   * @param files of the model
   * @param recipe with its size and batch
   * @param elementBytes of a number of the networks
   * @throws IOException if a file can't be read
   */
  public static TrainingMemory of(Model files, Recipe recipe, int elementBytes) throws IOException {
    Declaration declaration = Families.declare(files);
    double weights = 0;
    for (String component :
        declaration.components().stream()
            .map(c -> c.name())
            .filter(name -> isNetwork(declaration, name))
            .toList()) {
      for (StoredTensor tensor : files.tensors(component).values()) {
        weights += (double) elementBytes * tensor.elements();
      }
    }
    for (TrainedLayer layer : TrainedLayer.of(files, declaration, recipe)) {
      double elements = 1;
      for (long size : layer.shape()) elements *= size;
      weights += 2.0 * elementBytes * elements;
    }
    double activations = 0;
    for (String component : declaration.components(Role.DENOISER)) {
      activations += activations(files.tensors(component), declaration, recipe);
    }
    return new TrainingMemory(weights, elementBytes * activations);
  }

  private static boolean isNetwork(Declaration declaration, String component) {
    return List.of(Role.DENOISER, Role.TEXT_ENCODER, Role.AUTOENCODER).stream()
        .anyMatch(role -> declaration.components(role).contains(component));
  }

  private static double activations(
      Map<String, StoredTensor> tensors, Declaration declaration, Recipe recipe) {
    double side = (double) recipe.size() / declaration.latents().factor();
    int levels =
        1 + (int) tensors.keySet().stream().mapToLong(TrainingMemory::level).max().orElse(0);
    double kept = 0;
    for (StoredTensor tensor : tensors.values()) {
      if (tensor.shape().length < 2) continue;
      double pixels = Math.pow(side / (1 << depth(tensor.name(), levels)), 2);
      kept += KEPT * recipe.batch() * pixels * tensor.shape()[0];
    }
    return kept;
  }

  private static long level(String tensor) {
    Matcher level = LEVEL.matcher(tensor);
    return level.matches() ? Long.parseLong(level.group(2)) : 0;
  }

  /** How often the picture was halved before a layer. */
  private static int depth(String tensor, int levels) {
    if (tensor.startsWith("mid_block")) return levels - 1;
    if (tensor.startsWith("up_blocks")) return levels - 1 - (int) level(tensor);
    return (int) level(tensor);
  }

  /** Returns all bytes. */
  public double bytes() {
    return BASE + weights + activations;
  }

  /**
   * Refuses a training that does not fit.
   *
   * @throws IllegalArgumentException if it takes more than there is
   */
  public void require(Memory memory) {
    if (bytes() <= memory.usable()) return;
    throw new IllegalArgumentException(
        String.format(
            "Training takes about %.1f GiB with this model, but the %s has %.1f GiB. Choose a"
                + " smaller size or batch, or another model.",
            bytes() / GIB, memory.owner(), memory.bytes() / GIB));
  }

  /**
   * Estimates the bytes of the files that a training writes.
   *
   * @throws IOException if a file of the model can't be read
   */
  public static long fileBytes(Model files, Recipe recipe) throws IOException {
    long numbers = 0;
    for (TrainedLayer layer : TrainedLayer.of(files, Families.declare(files), recipe)) {
      for (long[] shape : List.of(layer.down(recipe.rank()), layer.up(recipe.rank()))) {
        long product = 1;
        for (long size : shape) product *= size;
        numbers += product;
      }
    }
    return 4 * Float.BYTES * numbers; // the LoRA, and the state with two moments
  }
}
