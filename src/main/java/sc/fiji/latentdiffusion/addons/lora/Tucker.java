package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorReader;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * LoRA of a convolution as a Tucker decomposition, LyCORIS' LoCon: {@code Δ = up · mid · down}, the
 * kernel's height and width being those of {@code mid}.
 */
@Plugin(type = Algebra.class)
public final class Tucker implements Algebra {

  private static final LoraPart MID = LoraPart.of("lora_mid.weight", "\\.lora_mid\\.weight");

  @Override
  public List<LoraPart> parts() {
    return List.of(LowRank.DOWN, LowRank.UP, MID);
  }

  @Override
  public long[] shape(LoraLayer layer) throws IOException {
    long[] down = layer.shape(LowRank.DOWN);
    long[] up = layer.shape(LowRank.UP);
    long[] mid = layer.shape(MID);
    boolean chained = up[1] == mid[0] && mid[1] == down[0];
    if (down[0] < 1 || !chained || up[2] * up[3] != 1 || down[2] * down[3] != 1) {
      throw layer.refused(
          "has " + layer.shapes(),
          "expected down [rank, in], mid [rank, rank, …] and up [out, rank] of one rank of at"
              + " least 1");
    }
    return new long[] {up[0], down[1], mid[2], mid[3]};
  }

  @Override
  public long rank(LoraLayer layer) throws IOException {
    return layer.shape(LowRank.DOWN)[0];
  }

  @Override
  public WeightChange change(LoraLayer layer, double factor) {
    return new Change(
        layer.tensor(LowRank.DOWN),
        layer.tensor(LowRank.UP),
        layer.tensor(MID),
        factor,
        layer.source());
  }

  /** Down {@code [rank, in]}, up {@code [out, rank]}, mid {@code [rank, rank, kh, kw]}. */
  private record Change(
      StoredTensor down, StoredTensor up, StoredTensor mid, double factor, String source)
      implements WeightChange {

    @Override
    public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
      NDArray left = TensorReader.float32(up, kernels, local);
      NDArray right = TensorReader.float32(down, kernels, local);
      NDArray core = TensorReader.float32(mid, kernels, local);
      return new LoraKernels(kernels).tucker(left, core, right);
    }
  }
}
