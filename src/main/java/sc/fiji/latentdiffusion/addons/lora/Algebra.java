package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.SciJavaPlugin;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * An algebra of adapters: the tensors that it stores for a layer, and the change of the layer's
 * weight that it computes from them. One file each, found by {@code @Plugin}; of two that read the
 * same tensors, the one of higher priority is taken.
 */
public interface Algebra extends SciJavaPlugin {

  /**
   * Returns the tensors of a layer, without {@link LoraPart#ALPHA}, {@link LoraPart#DORA_SCALE} and
   * {@link LoraPart#MAGNITUDE}, which go with every algebra.
   */
  List<LoraPart> parts();

  /**
   * Returns a part that a layer lacks, if it lacks one.
   *
   * @param present its parts, all of them among {@link #parts}
   */
  default Optional<LoraPart> missing(Set<LoraPart> present) {
    return parts().stream().filter(part -> !present.contains(part)).findFirst();
  }

  /**
   * Returns the shape of the weight that a layer's tensors change.
   *
   * @param layer which lacks no part
   * @return {@code [out, in, kh, kw]}, kh and kw being 1 for a linear layer
   * @throws IOException if the tensors do not fit one another, naming their shapes and the expected
   */
  long[] shape(LoraLayer layer) throws IOException;

  /** Returns the rank, by which alpha is divided. */
  long rank(LoraLayer layer) throws IOException;

  /**
   * Returns the change of a weight.
   *
   * @param layer whose {@link #shape} is the weight's
   * @param factor of the change: its scale, times the weight of the LoRA
   */
  WeightChange change(LoraLayer layer, double factor);
}
