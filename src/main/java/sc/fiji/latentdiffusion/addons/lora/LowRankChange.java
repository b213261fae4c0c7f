package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.stream.LongStream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorReader;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * A change to one weight that a file holds as factors of small size (LoRA, Hu et al. 2021): {@code
 * ΔW = scale · up · down}, of a convolution also {@code up · mid · down} with the kernel in {@code
 * mid} (a Tucker decomposition); with a magnitude (DoRA, Liu et al. 2024) {@code ΔW = magnitude ·
 * (W + scale · up · down) / ‖W + scale · up · down‖ − W}, the norm being taken over all axes but
 * the magnitude's own. The shapes fit one another and the weight.
 *
 * @param down {@code [rank, in]} or {@code [rank, in, kh, kw]}
 * @param up {@code [out, rank]} or {@code [out, rank, 1, 1]}
 * @param mid {@code [rank, rank, kh, kw]}, or null
 * @param magnitude as many numbers as the weight has on the magnitude's axis, or null
 * @param magnitudeAxis 0 for the weight's outputs, 1 for its inputs
 * @param scale alpha / rank
 * @param weight how much of the change is made: 0 none, 1 all
 * @param transposed whether the file has the weight's inputs first, so that its transpose is
 *     changed
 */
public record LowRankChange(
    StoredTensor down,
    StoredTensor up,
    StoredTensor mid,
    StoredTensor magnitude,
    int magnitudeAxis,
    double scale,
    double weight,
    boolean transposed)
    implements WeightChange {

  @Override
  public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
    NDArray product = product(kernels, local);
    if (magnitude == null && !transposed) return product;
    NDArray outputsFirst = transposed ? weight.transpose() : weight;
    NDArray change =
        magnitude == null
            ? product.reshape(outputsFirst.getShape())
            : dora(outputsFirst, product, kernels, local);
    return transposed ? change.transpose() : change;
  }

  private NDArray product(Kernels kernels, NDManager local) throws IOException {
    NDArray ups = TensorReader.float32(up, kernels, local);
    NDArray downs = TensorReader.float32(down, kernels, local);
    LoraKernels algebra = new LoraKernels(kernels);
    return mid == null
        ? algebra.lowRank(ups, downs)
        : algebra.tucker(ups, TensorReader.float32(mid, kernels, local), downs);
  }

  private NDArray dora(NDArray w, NDArray product, Kernels kernels, NDManager local)
      throws IOException {
    int axes = w.getShape().dimension();
    long[] others = LongStream.range(0, axes).filter(axis -> axis != magnitudeAxis).toArray();
    long[] shape = LongStream.range(0, axes).map(axis -> axis == magnitudeAxis ? -1 : 1).toArray();
    NDArray lengths = TensorReader.float32(magnitude, kernels, local);
    return new LoraKernels(kernels).dora(local, w, product, scale, lengths, shape, others);
  }

  @Override
  public double factor() {
    return magnitude == null ? scale * weight : weight;
  }

  @Override
  public String source() {
    return "the LoRA " + up.file();
  }
}
