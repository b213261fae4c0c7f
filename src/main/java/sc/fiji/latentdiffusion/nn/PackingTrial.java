/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.UnaryOperator;
import sc.fiji.latentdiffusion.engine.Precision;

/**
 * Tries once whether this processor takes weights that oneDNN has laid out for it, and computes the
 * same with them as without.
 */
final class PackingTrial {

  private static final Logger LOG = System.getLogger(PackingTrial.class.getName());
  private static final double BOUND = 0.05;
  private static final int WIDTH = 16;

  private final Kernels kernels;
  private final Precision precision;

  PackingTrial(Kernels kernels, Precision precision) {
    this.kernels = kernels;
    this.precision = precision;
  }

  boolean succeeds(NDManager manager) {
    try (NDManager local = manager.newSubManager()) {
      return linear(local) && conv(local);
    } catch (EngineException e) {
      LOG.log(Level.DEBUG, () -> "Weights in " + precision + " stay as they are.", e);
      return false;
    }
  }

  private boolean linear(NDManager local) {
    OperatorKernels operators = kernels.operators();
    NDArray weight = numbers(local, new Shape(WIDTH, WIDTH));
    NDArray packed = operators.packLinear(local, weight);
    NDArray x = numbers(local, new Shape(4, WIDTH));
    NDArray bias = numbers(local, new Shape(WIDTH));
    return agree(weight, packed, w -> operators.linear(x, w, bias));
  }

  private boolean conv(NDManager local) {
    OperatorKernels operators = kernels.operators();
    NDArray weight = numbers(local, new Shape(WIDTH, WIDTH, 3, 3));
    NDArray packed = operators.packConv(local, weight, 1);
    NDArray x = numbers(local, new Shape(2, WIDTH, 8, 8));
    NDArray bias = numbers(local, new Shape(WIDTH));
    return agree(weight, packed, w -> operators.conv(x, w, bias, 1, 1));
  }

  private boolean agree(NDArray weight, NDArray packed, UnaryOperator<NDArray> operator) {
    NDArray expected = cast(operator.apply(weight), Precision.FLOAT32);
    NDArray found = cast(operator.apply(packed), Precision.FLOAT32);
    return found.sub(expected).abs().max().getFloat() <= BOUND * expected.abs().max().getFloat();
  }

  private NDArray numbers(NDManager local, Shape shape) {
    return cast(local.arange((float) shape.size()).mul(0.7f).sin().reshape(shape), precision);
  }

  private NDArray cast(NDArray x, Precision format) {
    return kernels.tensors().cast(x.getManager(), x, format);
  }
}
