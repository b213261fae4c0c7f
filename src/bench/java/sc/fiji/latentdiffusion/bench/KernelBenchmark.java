/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * The kernels that a step of Stable Diffusion 1.5 spends its time in, at the sizes of one level of
 * its U-Net: a convolution of 3 × 3 with weights as they are and as the network has them (of the
 * two largest levels, in float32, for fewer products; else laid out by oneDNN), and self-attention.
 * Two processes each: what else is on the machine may slow down one for seconds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class KernelBenchmark {

  /** The number format. */
  @Param("FLOAT32")
  public Precision precision;

  /** Height and width of the level. */
  @Param({"64", "32", "16", "8"})
  public int size;

  private NDManager manager;
  private Kernels kernels;
  private NDArray image;
  private NDArray weight;
  private NDArray packed;
  private NDArray bias;
  private NDArray tokens;

  /** Draws the numbers. */
  @Setup
  public void setUp() throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    manager = Engine.getInstance().newBaseManager(Device.cpu());
    kernels = new Kernels(manager);
    int channels = Math.min(1280, 320 * 64 / size);
    NDArray drawn = numbers(new Shape(2, size, size, channels)).transpose(0, 3, 1, 2);
    image = cast(drawn);
    weight = cast(numbers(new Shape(channels, channels, 3, 3)).mul(0.01));
    packed = kernels.operators().packConv(manager, weight, 1);
    bias = cast(numbers(new Shape(channels)));
    tokens = cast(numbers(new Shape(2, size * size, channels)));
  }

  private NDArray numbers(Shape shape) {
    return manager.randomNormal(shape);
  }

  private NDArray cast(NDArray array) {
    return kernels.tensors().cast(manager, array, precision);
  }

  /** Weights as files have them. */
  @Benchmark
  public void convolution() {
    kernels.operators().conv(image, weight, bias, 1, 1).close();
  }

  /** Weights as a network has them. */
  @Benchmark
  public void packedConvolution() {
    kernels.operators().conv(image, packed, bias, 1, 1).close();
  }

  /** Eight heads. */
  @Benchmark
  public void selfAttention() {
    kernels.operators().attention(tokens, tokens, tokens, 8, false, false).close();
  }

  /** Frees the numbers. */
  @TearDown
  public void tearDown() {
    manager.close();
  }
}
